"""The time sentences speak of; each id names the trap it guards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.moments import PRESENT, moment_of
from alerter.domain.text import clean, tokens

TIMES = load(shipped_config()).lexicon.times
KYIV = ZoneInfo("Europe/Kyiv")


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=KYIV)


def moment(text, published="2026-02-03T10:00"):
    return moment_of(tokens(clean(text)), local(published).astimezone(UTC), KYIV, TIMES)


@pytest.mark.parametrize(
    ("text", "published", "start"),
    [
        # the day of publication is Tuesday 3 February 2026 unless said otherwise
        pytest.param("У ніч на 3 лютого ворог атакував", "2026-02-03T10:00", "2026-02-02T22:00", id="uk the night before a date"),
        pytest.param(
            "В ночь на 1 марта атаковали", "2026-03-01T10:00", "2026-02-28T22:00", id="ru night across the end of a month"
        ),
        pytest.param(
            "У ніч на 1 січня була атака", "2026-01-01T10:00", "2025-12-31T22:00", id="uk night across the end of a year"
        ),
        pytest.param(
            "31 грудня вдарили по підстанції", "2026-01-02T10:00", "2025-12-31T00:00", id="uk last year's day in January"
        ),
        pytest.param("2 января ожидается мороз", "2025-12-31T10:00", "2026-01-02T00:00", id="ru next year's day in December"),
        pytest.param("On February 3 drones struck", "2026-02-03T10:00", "2026-02-03T00:00", id="en month first"),
        pytest.param("On 29 February 2024 it was cold", "2026-02-03T10:00", "2024-02-29T00:00", id="en a leap day with its year"),
        pytest.param("Attack of Jan. 9", "2026-02-03T10:00", "2026-01-09T00:00", id="en short month"),
        pytest.param("Вчора пошкодили ТЕЦ", "2026-02-03T10:00", "2026-02-02T00:00", id="uk yesterday"),
        pytest.param("Вчера вечером ударили", "2026-03-01T10:00", "2026-02-28T18:00", id="ru yesterday evening across a month"),
        pytest.param("Yesterday morning drones struck", "2026-02-03T10:00", "2026-02-02T06:00", id="en yesterday morning"),
        pytest.param("Russia attacked overnight", "2026-02-03T10:00", "2026-02-02T22:00", id="en overnight"),
        pytest.param("Last night Russia attacked", "2026-02-03T10:00", "2026-02-02T22:00", id="en last night"),
        pytest.param("Уночі Росія вдарила", "2026-02-03T10:00", "2026-02-02T22:00", id="uk at night"),
        pytest.param("Вранці 2 лютого був удар", "2026-02-03T10:00", "2026-02-02T06:00", id="uk part of a day with its date"),
        pytest.param("В воскресенье ударили", "2026-02-03T10:00", "2026-02-01T00:00", id="ru weekday two days back"),
        pytest.param("Три дні тому вдарили", "2026-02-03T10:00", "2026-01-31T00:00", id="uk days ago in words"),
        pytest.param("Attacked 5 days ago", "2026-02-03T10:00", "2026-01-29T00:00", id="en days ago in digits"),
        pytest.param("Минулого тижня били по ТЕС", "2026-02-03T10:00", "2026-01-26T00:00", id="uk last week begins on Monday"),
        pytest.param("Завтра відключень не буде", "2026-02-03T10:00", "2026-02-04T00:00", id="uk tomorrow"),
        pytest.param(
            "Рік тому ТЕЦ стояла, а сьогодні її атаковано", "2026-02-03T10:00", "2026-02-03T00:00", id="uk then and now"
        ),
        pytest.param(
            "Вчора вночі було тихо", "2026-02-03T00:30", "2026-02-01T22:00", id="uk just after midnight the local day counts"
        ),
        # clocks go forward on 29 March 2026 at 03:00 and back on 25 October at 04:00
        pytest.param("Удар был вчера", "2026-03-30T10:00", "2026-03-29T00:00", id="ru a day of 23 hours"),
        pytest.param("Удар был вчера", "2026-10-26T10:00", "2026-10-25T00:00", id="ru a day of 25 hours"),
        pytest.param("У ніч на 29 березня вдарили", "2026-03-29T12:00", "2026-03-28T22:00", id="uk the night clocks go forward"),
    ],
)
def test_the_time_is_read_in_the_zone_of_the_country(text, published, start):
    found = moment(text, published)
    assert found is not None
    assert found.start == local(start).astimezone(UTC)


def test_the_night_when_clocks_go_forward_is_an_hour_shorter():
    found = moment("У ніч на 29 березня вдарили", "2026-03-29T12:00")
    assert found.end - found.start == timedelta(hours=7)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Рік тому ворог знищив ТЕС", id="uk a year ago"),
        pytest.param("Два года назад атаковали станцию", id="ru years ago"),
        pytest.param("Three weeks ago a substation was hit", id="en weeks ago"),
        pytest.param("In 2022 Russia attacked the grid", id="en a year"),
        pytest.param("Восени 2022 року почалися удари", id="uk a season of a year"),
        pytest.param("У жовтні 2022 року почалися удари", id="uk a month of a year"),
        pytest.param("11 апреля 2024 года разрушили Трипольскую ТЭС", id="ru a date with its year"),
        pytest.param("Last year the plant was rebuilt", id="en last year"),
        pytest.param("Торік відключали частіше", id="uk last year in one word"),
        pytest.param("10 жовтня почалися атаки", id="uk a date months ago"),
    ],
)
def test_what_ended_long_before_publication_is_retrospective(text):
    assert moment(text).retrospective


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Минулого тижня били по ТЕС", id="uk last week ended two days ago"),
        pytest.param("Удар 28 січня", id="uk six days ago"),
        pytest.param("Overnight attack", id="en tonight"),
        pytest.param("Наступного тижня чекаємо на удар", id="uk next week"),
    ],
)
def test_the_last_week_and_what_comes_is_no_retrospect(text):
    assert not moment(text).retrospective


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Росія атакувала Київ", id="uk no time"),
        pytest.param("Найбільша атака з 2022 року", id="uk since a year"),
        pytest.param("The largest attack since 2022", id="en since a year"),
        pytest.param("С начала 2022 года бьют по энергетике", id="ru from the beginning of a year"),
        pytest.param("У п'ятницю триватимуть відключення", id="uk a weekday that may be the coming one"),
        pytest.param("У 2026 році буде важко", id="uk the year that is running"),
        pytest.param("Russia may attack", id="en may is no month"),
        pytest.param("Випущено 2024 снаряди", id="uk a number is no year"),
        pytest.param("Мороз 31 лютого", id="uk no such day"),
        pytest.param("Мороз 29 лютого", id="uk a leap day where no leap year is near"),
    ],
)
def test_no_time_is_made_up(text):
    assert moment(text) is None


@given(
    st.sampled_from(["вчора", "overnight", "у ніч на 1 січня", "31 грудня", "last week", "рік тому", "завтра", "в субботу"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_a_time_is_utc_and_ends_after_it_starts(text, published):
    found = moment_of(tokens(text), published, KYIV, TIMES)
    if found:
        assert found.start.tzinfo is UTC
        assert found.start < found.end
        assert found.retrospective == (found.end < published - PRESENT)
