"""What the reader makes of sentences; each id names the trap it guards."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import Event, FeedItem
from alerter.domain.news import read

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LEXICON = load(shipped_config()).lexicon


def reports(text):
    return read(FeedItem("s", "1", text, "", "", NOW, NOW), LEXICON)


def events(text):
    return {report.event for report in reports(text) if report.certainty}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Russian missiles hit a substation in Kharkiv", Event.GRID_ATTACK, id="en plain attack"),
        pytest.param("Росіяни вдарили по підстанції у Харкові", Event.GRID_ATTACK, id="uk plain attack"),
        pytest.param("Россияне ударили по подстанции в Харькове", Event.GRID_ATTACK, id="ru plain attack"),
        pytest.param("Zelensky warns of a massive missile attack being prepared", Event.STRIKE_WARNING, id="en warning"),
        pytest.param("У Києві введено аварійні відключення", Event.OUTAGE, id="uk emergency outages"),
        pytest.param("В Украине ожидаются сильные морозы", Event.SEVERE_COLD, id="ru severe frost"),
    ],
)
def test_what_is_claimed_is_read(text, expected):
    assert expected in events(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ukrainian drones hit a power station in Belgorod", id="en attack by the defender"),
        pytest.param("Блекаут у Бєлгороді після удару по ТЕЦ", id="uk neighbour's outage"),
        pytest.param("Syria announces a ceasefire", id="en other country"),
        pytest.param("Workers of a power plant in Spain go on strike", id="en labour strike"),
        pytest.param("Якщо росіяни вдарять по ТЕС у Харкові, буде важко", id="uk hypothetical"),
        pytest.param("Год назад россияне атаковали подстанцию в Одессе", id="ru anniversary"),
        pytest.param("Музей у Львові відкрив виставку", id="uk nothing"),
    ],
)
def test_what_is_not_claimed_is_not_read(text):
    assert events(text) == set()


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Drones damaged a thermal power plant in Odesa", {"UA-51"}),
        ("Удар по підстанції на Сумщині", {"UA-59"}),
        ("Ракета повредила подстанцию в Полтаве", {"UA-53"}),
    ],
)
def test_the_place_is_read(text, regions):
    assert all(report.regions == regions for report in reports(text))
    assert reports(text)


@given(st.sampled_from(["The museum opened a new wing.", "Концерт відбудеться у суботу.", "Сборная выиграла матч."]))
def test_an_unrelated_sentence_never_removes_an_event(extra):
    text = "Russian missiles hit a substation in Kharkiv."
    assert events(text) <= events(f"{text} {extra}")
    assert events(text) <= events(f"{extra} {text}")
