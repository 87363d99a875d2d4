"""Each word of the language of rules does what it says, in the life of an alert."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rulebook import HOUR, PLACE, forecast, report
from test_alerts import COLD, Life, rule, short

from alerter.domain.alerts import decide
from alerter.domain.examples import NOON
from alerter.domain.model import Answer, Certainty, Event, Kind, OfficialWarning, Severity, Situation
from alerter.domain.rules import All, Any_, AtLeast, Cold, News, None_, Official, Rule
from alerter.domain.verdicts import evaluate

BEGINS = [("cold", "alert", "A", True)]
ENDS = [("cold", "cancel", "A", True)]
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def test_for_lets_an_alert_wait_and_what_was_interrupted_waits_anew():
    life = Life(replace(COLD, for_=2 * HOUR))
    assert life.tick(A=-20.0) == life.tick(HOUR) == ()
    assert life.tick(HOUR / 2, A=0.0) == life.tick(HOUR / 2, A=-20.0) == life.tick(HOUR) == ()
    assert short(life.tick(HOUR)) == BEGINS


def test_what_cannot_be_seen_neither_begins_an_alert_that_waits_nor_makes_it_wait_anew():
    life = Life(replace(COLD, for_=2 * HOUR))
    life.tick(A=-20.0)
    assert life.tick(3 * HOUR, A=None) == ()
    assert short(life.tick(HOUR, A=-20.0)) == BEGINS


def test_keep_firing_for_bears_a_gap_and_ends_when_it_is_gone_so_long():
    life = Life(rule(keep=3 * HOUR))
    assert short(life.tick(A=-20.0)) == BEGINS
    assert life.tick(HOUR, A=0.0) == life.tick(HOUR) == life.tick(HOUR, A=-20.0) == ()
    assert life.tick(HOUR, A=0.0) == life.tick(2 * HOUR) == ()
    assert short(life.tick(HOUR)) == ENDS


def test_until_above_holds_an_alert_that_it_would_not_begin():
    when = Cold(72 * HOUR, 0.6, below=-15.0, lasting=6 * HOUR, until_above=-12.0)
    life = Life(replace(COLD, when=when, keep_firing_for=timedelta(0)))
    assert life.tick(A=-13.0) == ()
    assert short(life.tick(HOUR, A=-16.0)) == BEGINS
    assert [one for one in life.tick(HOUR, A=-12.0) if one.loud] == []
    assert short(life.tick(HOUR, A=-11.0)) == ENDS


def test_repeat_is_a_ladder_whose_last_step_is_kept_and_that_starts_anew_with_the_alert():
    life = Life(rule(keep=timedelta(0), repeat=(6 * HOUR, 12 * HOUR, 24 * HOUR)))
    life.tick(A=-20.0)
    assert [hour for hour in range(1, 70) if any(one.loud for one in life.tick(HOUR))] == [6, 18, 42, 66]
    life.tick(HOUR, A=0.0)
    assert short(life.tick(HOUR, A=-20.0)) == BEGINS
    assert [hour for hour in range(1, 20) if any(one.loud for one in life.tick(HOUR))] == [6, 18]


def test_a_rule_without_repeat_says_it_once():
    life = Life(rule(repeat=()))
    life.tick(A=-20.0)
    assert not any(one.loud for _ in range(100) for one in life.tick(HOUR))


def test_a_season_keeps_new_alerts_away_and_ends_none():
    frost = replace(COLD, season=("11-01", "03-31"), keep_firing_for=timedelta(0), repeat=())
    life = Life(frost, start=datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert short(life.tick(A=-20.0, B=0.0)) == BEGINS
    assert life.tick(24 * HOUR, B=-20.0) == (), "none begins in April"
    assert short(life.tick(HOUR, A=0.0)) == ENDS


def test_regions_keep_a_rule_to_them():
    life = Life(replace(COLD, regions=frozenset("B")))
    assert short(life.tick(A=-20.0, B=-20.0)) == [("cold", "alert", "B", True)]


def answer(when, *, reports=(), degrees=0.0, warnings=(), firing=False, seen=NOON):
    known = Situation(NOON, tuple(reports), {PLACE: (forecast(((degrees,) * 240,)),)}, seen, tuple(warnings), seen)
    return evaluate(Rule("r", {}, Severity.SEVERE, when, timedelta(0), timedelta(0)), known, PLACE, firing=firing).answer


FROST = Cold(72 * HOUR, 0.6, below=-15.0, lasting=6 * HOUR)
HIT = News(frozenset({Event.GRID_ATTACK}), 48 * HOUR)
WIND = Official(frozenset({"wind"}), "orange", 12 * HOUR)
ATTACKS = (report(Event.GRID_ATTACK, HOUR, "a"), report(Event.GRID_ATTACK, 2 * HOUR, "b"))
STORM = OfficialWarning("1", "service", "wind", "red", frozenset({PLACE}), NOON + 6 * HOUR, NOON + 20 * HOUR, NOON)


@pytest.mark.parametrize(
    ("when", "frost_only", "frost_and_attack", "frost_and_silence"),
    [
        (All((FROST, HIT)), NO, YES, UNKNOWN),
        (Any_((FROST, HIT)), YES, YES, YES),
        (None_((HIT,)), YES, NO, UNKNOWN),
        (All((FROST, None_((HIT,)))), YES, NO, UNKNOWN),
        (AtLeast(2, (FROST, HIT, WIND)), NO, YES, UNKNOWN),
        (AtLeast(3, (FROST, HIT, WIND)), NO, NO, UNKNOWN),
    ],
)
def test_conditions_join_three_valued(when, frost_only, frost_and_attack, frost_and_silence):
    assert answer(when, degrees=-20.0) is frost_only
    assert answer(when, degrees=-20.0, reports=ATTACKS) is frost_and_attack
    assert answer(when, degrees=-20.0, seen=None) is frost_and_silence


def test_official_asks_for_hazard_level_and_time_and_is_unknown_when_the_service_is_silent():
    assert answer(WIND, warnings=[STORM]) is YES
    assert answer(WIND, warnings=[replace(STORM, level="yellow")]) is NO
    assert answer(WIND, warnings=[replace(STORM, hazard="fog")]) is NO
    assert answer(WIND, warnings=[replace(STORM, onset=NOON + 13 * HOUR)]) is NO
    assert answer(WIND, warnings=[replace(STORM, regions=frozenset({"elsewhere"}))]) is NO
    assert answer(WIND, seen=NOON - 7 * HOUR) is UNKNOWN


def test_when_the_weather_service_falls_silent_subscribers_read_since_when():
    warned = Rule("wind", {"en": "wind"}, Severity.SEVERE, WIND, timedelta(0), HOUR)
    known = Situation(NOON, warnings=(STORM,), warnings_seen=NOON)
    alerts, _ = decide((warned,), known, {}, {PLACE: 0.0})
    later = Situation(NOON + 25 * HOUR, warnings_seen=NOON + HOUR)
    alerts, (blind,) = decide((warned,), later, alerts, {PLACE: 0.0})
    assert (blind.kind, blind.facts[0].blind_of, blind.facts[0].blind_since) == (Kind.UPDATE, "warnings", NOON + HOUR)


def test_news_asks_for_certainty_and_for_voices_and_what_may_stand_alone():
    likely = [replace(each, certainty=Certainty.LIKELY) for each in ATTACKS]
    assert answer(replace(HIT, certainty=Certainty.OBSERVED), reports=ATTACKS) is YES
    assert answer(replace(HIT, certainty=Certainty.OBSERVED), reports=likely) is NO
    assert answer(replace(HIT, sources=3), reports=ATTACKS) is NO
    alone = replace(HIT, sources=1, alone="A")
    assert answer(alone, reports=ATTACKS[:1]) is NO
    assert answer(alone, reports=[replace(ATTACKS[0], reliability="A")]) is YES


def test_a_region_where_winters_are_milder_alerts_at_milder_frost():
    known = Situation(NOON, forecasts={PLACE: (forecast(((-12.0,) * 240,)),)}, news_seen=NOON)
    frost = replace(COLD, when=FROST)
    assert [evaluate(frost, known, PLACE, offset=offset).answer for offset in (0.0, 5.0)] == [NO, YES]
