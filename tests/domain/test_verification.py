"""Scores, against small cases worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import ColdSpell, Facts, Kind, Notification, Severity
from alerter.domain.verification import Happening, Period, concerns, hours_under_alert, periods, quantile, scores

T = datetime(2026, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = load(shipped_config()).rules
RULE = next(rule for rule in RULES if rule.id == "cold-after-grid-attack")


def spell(chance, begins=10, ends=30):
    return ColdSpell("UA-63", -15, T + begins * HOUR, T + ends * HOUR, -18, None, chance, 10, "p", T)


def period(begins, ends=None, ended=Kind.CANCEL, chance=None, region="UA-63"):
    over = ended if ends is not None else None
    cold = None if chance is None else spell(chance)
    return Period(RULE.id, region, T + begins * HOUR, None if ends is None else T + ends * HOUR, over, cold)


def happened(begins, ends, event="grid_attack", region="UA-63"):
    return Happening(event, region, T + begins * HOUR, T + ends * HOUR)


def total(told, truth):
    (score,) = [score for score in scores([RULE], told, truth) if not score.region]
    return score


def message(hours, kind, *regions, rule="r"):
    return Notification(rule, kind, T + hours * HOUR, Severity.SEVERE, regions, tuple(Facts(region) for region in regions))


def test_two_of_three_happenings_foreseen_and_one_alert_of_three_for_nothing():
    told = [period(0, 20), period(40, 50), period(90, 99)]
    score = total(told, [happened(10, 15), happened(48, 60), happened(70, 80)])
    assert (score.hits, score.happenings, score.pod) == (2, 3, pytest.approx(2 / 3))
    assert (score.false, score.periods, score.far) == (1, 3, pytest.approx(1 / 3))
    assert score.leads == (10 * HOUR, 8 * HOUR)


def test_an_alert_that_comes_during_the_event_has_a_negative_lead_and_one_that_comes_after_it_is_false():
    score = total([period(12, 30)], [happened(10, 15)])
    assert (score.hits, score.leads) == (1, (-2 * HOUR,))
    late = total([period(15, 30)], [happened(10, 15)])
    assert (late.hits, late.false) == (0, 1)


def test_an_all_clear_in_the_event_or_a_day_before_it_is_early_and_an_expiry_is_none():
    assert total([period(0, 12)], [happened(10, 15)]).early == 1
    assert total([period(0, 5)], [happened(28, 30)]).early == 1
    assert total([period(0, 5)], [happened(29, 30)]).early == 0
    assert total([period(0, 12, Kind.EXPIRE)], [happened(10, 15)]).early == 0
    assert total([period(0, 15)], [happened(10, 15)]).early == 0


def test_the_brier_score_of_a_sure_hit_and_a_sure_miss_is_a_half():
    score = total([period(0, 20, chance=1.0), period(40, 50, chance=1.0)], [happened(10, 15)])
    assert score.brier == pytest.approx(0.5)
    assert total([period(0, 20, chance=0.8)], [happened(10, 15)]).brier == pytest.approx(0.04)


def test_where_the_truth_tells_of_cold_the_chance_is_held_against_the_cold():
    told = [period(0, 20, chance=0.8)]
    truth = [happened(10, 15), happened(12, 20, "severe_cold")]
    by_event = {score.event: score for score in scores([RULE], told, truth) if not score.region}
    assert by_event["grid_attack"].brier == pytest.approx(0.04)
    missed = [happened(10, 15), happened(50, 60, "severe_cold")]
    by_event = {score.event: score for score in scores([RULE], told, missed) if not score.region}
    assert by_event["grid_attack"].brier == pytest.approx(0.64)


def test_regions_are_scored_apart_and_together():
    told = [period(0, 20), period(0, 20, region="UA-30")]
    by_region = {score.region: score for score in scores([RULE], told, [happened(10, 15)])}
    assert (by_region["UA-63"].false, by_region["UA-30"].false, by_region[""].false) == (0, 1, 1)
    assert by_region["UA-30"].pod is None


def test_nothing_that_happened_and_nothing_told_divide_nothing_by_nothing():
    assert scores([RULE], [], []) == []
    score = total([], [happened(1, 2)])
    assert (score.pod, score.far, score.brier, score.lead(0.5)) == (0.0, None, None, None)


def test_a_rule_is_scored_against_what_it_foresees():
    warns = next(rule for rule in RULES if rule.id == "cold-before-large-strike")
    assert concerns("large_strike", warns, RULES)
    assert concerns("severe_cold", warns, RULES)
    assert concerns("my own word", warns, RULES)
    assert concerns(warns.id, warns, RULES)
    assert not concerns(RULE.id, warns, RULES)
    assert not concerns("truce", warns, RULES)


def test_messages_become_periods_region_by_region():
    told = [
        message(0, Kind.ALERT, "A", "B"),
        message(1, Kind.UPDATE, "A"),
        message(2, Kind.ALERT, "C"),
        message(5, Kind.CANCEL, "A"),
        message(7, Kind.EXPIRE, "B"),
        message(9, Kind.CANCEL, "unheard"),
    ]
    assert [(one.region, one.begins, one.ends, one.ended) for one in periods(told)] == [
        ("A", T, T + 5 * HOUR, Kind.CANCEL),
        ("B", T, T + 7 * HOUR, Kind.EXPIRE),
        ("C", T + 2 * HOUR, None, None),
    ]


def test_an_hour_under_two_alerts_is_one_hour_and_what_stands_counts_to_the_end():
    assert hours_under_alert([period(0, 10), period(5, 12), period(20)], T + 24 * HOUR) == {"UA-63": 16.0}


@given(st.lists(st.integers(-99, 99), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_one_of_the_values_and_enough_do_not_exceed_it(hours, share):
    spans = [number * HOUR for number in hours]
    found = quantile(spans, share)
    assert found in spans
    assert sum(one <= found for one in spans) >= share * len(spans) - 1e-9
