"""From texts to an answer: who says what, when it was, and who takes it back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import Answer, Certainty, Event, FeedItem, Severity, Situation
from alerter.domain.news import read
from alerter.domain.rules import News, Rule
from alerter.domain.verdicts import evaluate

LEXICON = load(shipped_config()).lexicon
KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 2, 3, 10, tzinfo=UTC)
ATTACK = News(frozenset({Event.GRID_ATTACK}), timedelta(hours=120), Certainty.LIKELY, 2)


def item(text, owner="A", ago=0.0):
    at = NOW - timedelta(hours=ago)
    return FeedItem(owner, text, text, "", "", at, at, owner=owner, reliability="B")


def only(text, ago=0.0):
    (report,) = read(item(text, ago=ago), LEXICON, KYIV)
    return report


def answer(*items):
    reports = tuple(report for each in items for report in read(each, LEXICON, KYIV))
    rule = Rule("r", {}, Severity.EXTREME, ATTACK, timedelta(0), timedelta(0))
    return evaluate(rule, Situation(NOW, reports, news_seen=NOW, zone=KYIV), "UA-63").answer


def test_two_outlets_that_saw_it_themselves_are_two():
    assert answer(item("Росіяни вдарили по підстанції у Харкові"), item("Drones hit a power plant in Kharkiv", "B")) is Answer.YES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "Росіяни вдарили по підстанції у Харкові, повідомило Укренерго",
            "По данным Укрэнерго, россияне ударили по подстанции в Харькове",
            id="one authority in two languages",
        ),
        pytest.param(
            "Росіяни вдарили по підстанції у Харкові, частина міста без світла",
            "Росіяни вдарили по підстанції у Харкові: частина міста без світла - Outlet",
            id="one text with another ending",
        ),
        pytest.param(
            "Russian drones hit a substation in Kharkiv, Reuters reports",
            "Росіяни вдарили по підстанції у Харкові, пише Reuters",
            id="one outlet relayed by two",
        ),
    ],
)
def test_two_outlets_that_repeat_one_voice_are_one(one, other):
    assert answer(item(one), item(other, "B")) is Answer.NO


@pytest.mark.parametrize(
    "denial",
    [
        pytest.param("Укренерго спростувало удар по підстанції у Харкові", id="uk"),
        pytest.param("Информация об ударе по подстанции в Харькове опровергнута", id="ru"),
        pytest.param("Ukrenergo denies that a substation in Kharkiv was hit", id="en"),
        pytest.param("Вночі жодного удару по підстанції у Харкові не було", id="uk of the night, and later than what it answers"),
    ],
)
def test_a_denial_takes_certainty_from_what_it_answers(denial):
    rumours = (
        item("Кажуть, росіяни вдарили по підстанції у Харкові", "A", ago=3),
        item("Reportedly, drones hit a power plant in Kharkiv", "B", ago=2),
    )
    assert answer(*rumours) is Answer.YES
    assert answer(*rumours, item(denial, "C", ago=1)) is Answer.NO


def test_a_denial_takes_nothing_from_what_is_told_after_it():
    later = (
        item("Росіяни вдарили по підстанції у Харкові", "A", ago=0.5),
        item("Drones hit a power plant in Kharkiv", "B", ago=0.2),
    )
    assert answer(item("Жодного удару по підстанції у Харкові не було", "C", ago=1), *later) is Answer.YES


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("У ніч на 2 лютого дрони вдарили по підстанції у Харкові", "2026-02-01T22:00", id="the night it names"),
        pytest.param("Вчера дроны ударили по подстанции в Харькове", "2026-02-02T00:00", id="yesterday"),
        pytest.param("Drones hit a substation in Kharkiv overnight", "2026-02-02T22:00", id="overnight"),
        pytest.param("Дрони вдарили по підстанції у Харкові", "2026-02-03T12:00", id="no time but that of publication"),
        pytest.param("Дрони ввечері вдарили по підстанції у Харкові", "2026-02-03T12:00", id="an evening still to come"),
    ],
)
def test_a_strike_is_when_its_sentence_says(text, at):
    assert only(text).at == datetime.fromisoformat(at).replace(tzinfo=KYIV).astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    ["10 жовтня 2025 року дрони вдарили по підстанції у Харкові", "Three weeks ago drones hit a substation in Kharkiv"],
)
def test_a_strike_of_long_ago_is_no_report(text):
    assert not [report for report in read(item(text), LEXICON, KYIV) if report.event is Event.GRID_ATTACK]


def test_an_item_without_a_date_is_unknown_in_time():
    undated = FeedItem("s", "1", "Вчора дрони вдарили по підстанції у Харкові", "", "", None, NOW)
    assert [report.at for report in read(undated, LEXICON, KYIV)] == [None]
