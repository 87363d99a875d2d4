"""What a journal may say, and what is said of one that says something else."""

import gzip
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import ConfigError, load
from alerter.config.settings import shipped_config
from alerter.domain.model import Bulletin, FeedItem, Forecast, Heard
from alerter.replay.journal import Journal
from alerter.replay.lines import Meta, parse, write
from alerter.replay.player import Ears, Ticks

CONFIG = load(shipped_config())
FEEDS = {feed.id: feed for feed in CONFIG.feeds.feeds}
ITEM = {"source": "radio", "guid": "1", "title": "Snow", "owner": "Radio", "reliability": "B"}
T = "2026-01-28T19:05:00Z"


def item(number=1, observed=T, **changes):
    return {"observed": observed, "item": ITEM | {"guid": str(number)} | changes}


def mistakes(path):
    with pytest.raises(ConfigError) as caught:
        Journal([path], CONFIG)
    return [str(problem).replace(str(path), "j.jsonl") for problem in caught.value.problems]


def test_every_bad_line_is_named_with_what_to_write_instead(journal):
    path = journal(
        item(),
        '{"observed": "2026-01-28T19:05:00Z", "item": {"source"',
        item(observed="2026-01-28T19:05:00"),
        {"item": ITEM},
        {"observed": T, "item": {"source": "radio", "guid": "2", "title": "x"}},
        {"observed": T},
        {"observed": T, "forecast": {"provider": "p", "region": "UA-99", "start": T, "members": [[1.0]]}},
        {"observed": T, "forecast": {"provider": "p", "region": "UA-30", "start": T, "members": [["cold"], []], "winds": []}},
        {"observed": T, "forecast": {"provider": "p", "region": "UA-30", "start": T, "members": [[1.0]], "wind": [[1.0, 2.0]]}},
        item(reliability="G"),
    )
    assert mistakes(path) == [
        "j.jsonl:2: (line) — is no JSON; write one object a line, and end the last line too",
        "j.jsonl:3: observed — '2026-01-28T19:05:00' has no offset; write it like 2026-01-28T19:05:00Z",
        "j.jsonl:4: observed — is missing; write when this was learnt, like 2026-01-28T19:05:00Z",
        "j.jsonl:5: item.owner — is missing, and feeds.yaml does not know the source 'radio'; write who speaks and a letter A to F",
        "j.jsonl:5: item.reliability — is missing, and feeds.yaml does not know the source 'radio'; write who speaks and a letter A to F",
        "j.jsonl:6: (line) — says nothing; write one of item, forecast, bulletin, polled, meta",
        "j.jsonl:7: forecast.region — 'UA-99' is no region of regions.yaml; write its code there",
        "j.jsonl:8: forecast.members.0.0 — 'cold' is no number; write degrees Celsius (m/s for wind), or null where the hour is missing",
        "j.jsonl:8: forecast.winds — is an unknown key; remove it",
        "j.jsonl:9: forecast.wind — does not match members; write as many series of as many hours, or leave it out",
        "j.jsonl:10: item.reliability — 'G' is not known; write one of 'A', 'B', 'C', 'D', 'E' or 'F'",
    ]


def test_an_empty_journal_is_a_mistake(journal):
    assert mistakes(journal()) == ["j.jsonl:1: (file) — says nothing was observed; write at least one line"]


def test_a_known_source_speaks_with_the_name_and_letter_of_feeds_yaml(journal):
    known = next(iter(FEEDS.values()))
    (read,) = Journal([journal(item(source=known.id, owner="someone", reliability="F"))], CONFIG)
    assert (read.owner, read.reliability) == (known.owner, known.reliability)


def test_an_item_that_comes_again_is_left_out(journal):
    read = list(Journal([journal(item(title="first"), item(observed="2026-01-28T20:00:00Z", title="again"))], CONFIG))
    assert [one.title for one in read] == ["first"]


def test_lines_come_in_the_order_of_observation_whatever_their_own(journal):
    lines = [item(n, observed=f"2026-01-28T{n % 5:02d}:00:00Z", title=f"{n}") for n in range(40)]
    there = [one.guid for one in Journal([journal(*lines)], CONFIG)]
    random.Random(2).shuffle(lines)
    again = list(Journal([journal(*lines[:9]), journal(*lines[9:], name="k.jsonl")], CONFIG))
    assert [one.guid for one in again] == there
    assert [one.observed for one in again] == sorted(one.observed for one in again)


def test_a_packed_journal_reads_like_a_plain_one(journal):
    path = journal(item(1), item(2))
    packed = path.with_name("j.jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(Journal([packed], CONFIG)) == list(Journal([path], CONFIG))


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
degrees = st.none() | st.floats(-60, 50).map(lambda value: round(value, 1))
members = st.lists(st.tuples(degrees, degrees, degrees), min_size=1, max_size=4).map(tuple)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(
        FeedItem, texts, texts, texts, texts, texts, st.none() | moments, moments, texts.filter(bool), st.sampled_from("ABCDEF")
    )
)
def test_an_item_that_is_written_reads_back_the_same(one):
    assert parse(write(one), {}) == one


@given(st.builds(Forecast, texts, texts, moments, members, moments, st.just(()), st.none() | moments, texts))
def test_a_forecast_that_is_written_reads_back_the_same(one):
    assert parse(write(one), {}) == one


@given(st.builds(Heard, texts, moments) | st.builds(Meta, weather=st.sampled_from(["forecast", "observed"]), note=texts))
def test_a_poll_and_a_meta_line_read_back_the_same(one):
    assert parse(write(one), {}) == one


def test_without_polled_lines_news_counts_as_heard_from_the_first_line_to_the_last(journal):
    read = Journal([journal(item(1), item(2, observed="2026-01-30T00:00:00Z"))], CONFIG)
    ears = Ears(read)
    hour = timedelta(hours=1)
    assert ears.seen(read.first - hour) is None
    assert ears.seen(read.first + 20 * hour) == read.first + 20 * hour
    assert ears.seen(read.last + 5 * hour) == read.last


def test_with_polled_lines_a_third_of_the_sources_must_have_been_heard(journal):
    polls = [{"observed": f"2026-01-28T{n:02d}:00:00Z", "polled": f"s{n}"} for n in range(6)]
    read = Journal([journal(*polls)], CONFIG)
    ears = Ears(read)
    for entry in read:
        ears.hear(entry)
    assert ears.seen(read.last) == datetime(2026, 1, 28, 4, tzinfo=UTC)


def test_ticks_fall_on_whole_multiples_whenever_the_journal_begins(journal):
    read = Journal([journal(item(1, observed="2026-01-28T19:05:12Z"), item(2, observed="2026-01-28T19:31:00Z"))], CONFIG)
    ticks = list(Ticks.over(read, timedelta(minutes=15)))
    assert ticks == [datetime(2026, 1, 28, 19, minute, tzinfo=UTC) for minute in (15, 30, 45)]


def test_a_bulletin_that_is_written_reads_back_the_same():
    one = Bulletin("meteoalarm", datetime(2026, 1, 1, tzinfo=UTC), ({"identifier": "1", "info": [{"event": "мороз"}]},))
    assert parse(write(one), {}) == one
    assert parse(write(Bulletin("meteoalarm", one.observed)), {}).alerts == ()
