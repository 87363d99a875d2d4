from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerter.config.rulefile import parse_rules
from alerter.domain.budget import Meter, Over, counts, held_back, worst_week
from alerter.domain.model import Kind, Notification, Receiver, Severity

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIX_A_WEEK = Receiver("school", "1", "en", budget=6)


def message(severity=Severity.SEVERE, kind=Kind.ALERT, at=NOW, loud=True, rule="frost", regions=("UA-63",)):
    return Notification(rule, kind, at, severity, regions, loud=loud)


def test_the_seventh_message_of_a_week_waits_and_says_why():
    five, six = [NOW - n * DAY for n in range(5)], [NOW - n * DAY for n in range(6)]
    assert held_back(SIX_A_WEEK, message(), five, heard=False) is None
    assert held_back(SIX_A_WEEK, message(), six, heard=False) == Over(budget=6, sounded=6)


def test_a_message_sent_a_week_ago_counts_no_more():
    assert held_back(SIX_A_WEEK, message(), [NOW - 7 * DAY] * 6, heard=False) is None


def test_without_a_budget_nothing_waits():
    assert held_back(replace(SIX_A_WEEK, budget=None), message(), [NOW] * 99, heard=False) is None


def test_the_end_of_an_alert_that_was_heard_is_told_and_of_one_held_back_waits_with_it():
    for kind in (Kind.CANCEL, Kind.EXPIRE):
        assert held_back(SIX_A_WEEK, message(kind=kind), [NOW] * 9, heard=True) is None
        assert held_back(SIX_A_WEEK, message(kind=kind), [NOW] * 9, heard=False)


def test_a_silent_edit_of_a_message_that_was_sent_costs_nothing():
    edit = message(kind=Kind.UPDATE, loud=False)
    assert held_back(SIX_A_WEEK, edit, [NOW] * 9, heard=True) is None
    assert not counts(edit)


@given(st.sampled_from(Kind), st.booleans(), st.booleans(), st.integers(0, 500), st.integers(0, 9))
def test_what_is_extreme_always_passes(kind, loud, heard, sounded, budget):
    extreme = message(Severity.EXTREME, kind, loud=loud)
    assert held_back(replace(SIX_A_WEEK, budget=budget), extreme, [NOW] * sounded, heard=heard) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(Kind), st.booleans(), st.sampled_from(Severity)), max_size=40))
def test_no_more_than_the_budget_and_the_extreme_ever_sound_in_a_week(played):
    meter, extreme = Meter([SIX_A_WEEK]), []
    for hours, kind, loud, severity in sorted(played):
        told = message(severity, kind, NOW + hours * HOUR, loud)
        meter.tell(told, ["school"])
        extreme += [told] if severity is Severity.EXTREME and counts(told) else []
    assert meter.uses()[0].most <= 6 + len(extreme)


def test_a_meter_names_the_rule_that_breaks_the_budget():
    meter = Meter([SIX_A_WEEK])
    for number in range(9):
        meter.tell(message(at=NOW + number * HOUR), ["school"])
    use = meter.uses()[0]
    assert (use.most, dict(use.held)) == (6, {"frost": 3})


def rule(**changes):
    raw = {
        "id": "r",
        "title": {"en": "R"},
        "severity": "severe",
        "when": {"cold": {"below": "-15°C", "lasting": "12h", "within": "72h", "chance": "60%"}},
        "keep_firing_for": "12h",
        "examples": [{"name": "none", "given": [], "then": "quiet"}],
    }
    rules, mistakes = parse_rules({"rules": [raw | changes]})
    assert not mistakes
    return rules[0]


def test_the_worst_week_of_a_rule_follows_from_its_repeats():
    assert worst_week(rule()) == 1
    assert worst_week(rule(repeat="24h")) == 7
    assert worst_week(rule(repeat=["12h", "48h"])) == 5
    assert worst_week(rule(repeat="0m")) > 7 * 24
