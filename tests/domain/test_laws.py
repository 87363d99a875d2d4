"""The laws that keep an all-clear honest, for the shipped rules and for rules nobody has thought of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.alerts import decide
from alerter.domain.examples import NOON, PLACE, situation_of
from alerter.domain.model import Answer, Certainty, Event, Forecast, Kind, Report, Severity, Situation
from alerter.domain.rules import All, Any_, AtLeast, Cold, News, Rule, leaves
from alerter.domain.verdicts import evaluate

HOUR = timedelta(hours=1)
RULES = load(shipped_config()).rules
HELD = [(rule, example) for rule in RULES for example in rule.examples if example.then is Answer.YES]


def aged(forecast, hours):
    return replace(forecast, observed=forecast.observed - timedelta(hours=hours))


def hours(most):
    return st.integers(1, most).map(lambda number: number * HOUR)


spells = st.builds(
    Cold,
    within=hours(120),
    chance=st.sampled_from([0.2, 0.5, 0.6, 1.0]),
    quantity=st.sampled_from(["temperature", "daily_mean"]),
    below=st.sampled_from([-15.0, -10.0]),
    lasting=hours(30),
    until_above=st.sampled_from([None, -8.0]),
)
levels = st.builds(
    Cold,
    within=hours(120),
    chance=st.sampled_from([0.2, 0.6]),
    quantity=st.sampled_from(["frost_level", "grid_cold_stress"]),
    at_least=st.sampled_from([1, 2, 3]),
)
totals = st.builds(
    Cold, within=hours(96), chance=st.just(0.5), quantity=st.just("degree_hours"), below=st.just(-5.0), at_least=st.just(60.0)
)
news = st.builds(
    News,
    of=st.sets(st.sampled_from([Event.GRID_ATTACK, Event.STRIKE_WARNING, Event.LARGE_STRIKE]), min_size=1).map(frozenset),
    past=hours(150),
    certainty=st.sampled_from([Certainty.POSSIBLE, Certainty.LIKELY]),
    sources=st.integers(1, 3),
    alone=st.sampled_from([None, "A"]),
)
conditions = st.recursive(
    spells | levels | totals | news,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: Any_(tuple(of))),
        st.lists(inner, min_size=2, max_size=3).map(lambda of: AtLeast(2, tuple(of))),
    ),
    max_leaves=4,
)


def report(event, ago, owner, origin, certainty, reliability):
    at = NOON - ago
    return Report(event, frozenset({PLACE}), certainty, at, at, owner, owner, reliability, origin, f"{ago}", "", "", at)


reports = st.lists(
    st.builds(
        report,
        st.sampled_from([Event.GRID_ATTACK, Event.STRIKE_WARNING, Event.LARGE_STRIKE, Event.TRUCE, Event.TRUCE_OVER]),
        hours(170),
        st.sampled_from("abcd"),
        st.sampled_from(["", "", "operator"]),
        st.sampled_from(Certainty),
        st.sampled_from("ABC"),
    ),
    max_size=12,
)
series = st.lists(st.sampled_from([-18.0, -16.0, -11.0, -6.0, 0.0]), min_size=8, max_size=8).map(
    lambda days: tuple(value for value in days for _ in range(24))
)
members = st.lists(series, min_size=1, max_size=4).map(tuple)


def world(found, runs):
    start = NOON.replace(hour=0)
    return Situation(NOON, tuple(found), {PLACE: (Forecast("x", PLACE, start, runs, NOON),)}, NOON)


def rule_of(when):
    return Rule("r", {"en": "r"}, Severity.SEVERE, when, timedelta(0), timedelta(0))


def wider(node, more):
    if isinstance(node, News):
        return replace(node, past=node.past + more)
    if isinstance(node, Cold):
        return replace(node, within=node.within + more)
    return replace(node, of=tuple(wider(inner, more) for inner in node.of))


@given(conditions, reports, members, st.booleans(), st.sets(st.integers(0, 191), max_size=120))
def test_hours_that_go_missing_never_turn_yes_into_no(when, found, runs, firing, missing):
    whole = world(found, runs)
    torn = tuple(tuple(None if hour in missing else value for hour, value in enumerate(run)) for run in runs)
    if evaluate(rule_of(when), whole, PLACE, firing=firing).answer is Answer.YES:
        assert evaluate(rule_of(when), world(found, torn), PLACE, firing=firing).answer is not Answer.NO


@given(conditions, reports, members, st.integers(1, 191))
def test_a_forecast_that_ends_early_never_turns_yes_into_no(when, found, runs, known):
    if evaluate(rule_of(when), world(found, runs), PLACE).answer is Answer.YES:
        short = world(found, tuple(run[:known] for run in runs))
        assert evaluate(rule_of(when), short, PLACE).answer is not Answer.NO


@given(conditions, reports, members, st.integers(25, 200), st.booleans(), st.booleans())
def test_silence_never_turns_yes_into_no(when, found, runs, stale, no_news, no_forecast):
    known = world(found, runs)
    if evaluate(rule_of(when), known, PLACE).answer is not Answer.YES:
        return
    forecasts = {} if no_forecast else {PLACE: tuple(aged(each, stale) for each in known.forecasts[PLACE])}
    seen = None if no_news else NOON - timedelta(hours=stale)
    left = () if no_news else known.reports
    silent = Situation(NOON, left, forecasts, seen)
    assert evaluate(rule_of(when), silent, PLACE).answer is not Answer.NO


@given(conditions, reports, members, hours(60))
def test_widening_a_window_never_turns_yes_into_no(when, found, runs, more):
    known = world(found, runs)
    if evaluate(rule_of(when), known, PLACE).answer is Answer.YES:
        assert evaluate(rule_of(wider(when, more)), known, PLACE).answer is not Answer.NO


@given(conditions, reports, members, st.randoms())
def test_the_order_of_observations_does_not_matter(when, found, runs, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    first, second = (evaluate(rule_of(when), world(each, runs), PLACE) for each in (found, shuffled))
    assert first == second


@given(st.sampled_from(HELD), st.integers(25, 200))
def test_no_shipped_rule_takes_a_stale_forecast_for_a_warm_one(held, stale):
    rule, example = held
    known = situation_of(example)
    old = replace(known, forecasts={PLACE: tuple(aged(each, stale) for each in known.forecasts[PLACE])})
    assert evaluate(rule, old, PLACE, firing=True).answer is Answer.UNKNOWN
    assert evaluate(rule, replace(known, forecasts={}), PLACE, firing=True).answer is Answer.UNKNOWN


@given(st.sampled_from([each for each in HELD if not each[1].firing]), st.lists(st.integers(1, 600), min_size=1, max_size=20))
def test_an_all_clear_never_comes_from_missing_data(held, gaps):
    rule, example = held
    known = situation_of(example)
    alerts, told = decide((rule,), known, {}, {PLACE: 0.0})
    assert [each.kind for each in told] == [Kind.ALERT]
    now = known.now
    for minutes in gaps:
        now += timedelta(minutes=minutes)
        alerts, told = decide((rule,), Situation(now), alerts, {PLACE: 0.0})
        assert Kind.CANCEL not in [each.kind for each in told]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_forecast_that_wobbles_around_the_threshold_for_a_day_alerts_once_at_most(rule):
    below = next(node.below for _, node in leaves(rule.when) if isinstance(node, Cold))
    (event,) = next(node.of for _, node in leaves(rule.when) if isinstance(node, News))
    begin = datetime(2026, 1, 15, tzinfo=UTC)
    found = tuple(
        replace(report(event, timedelta(hours=1), owner, "", Certainty.OBSERVED, "B"), at=begin, observed=begin) for owner in "ab"
    )
    kinds, alerts = [], {}
    for step in range(48):
        now = begin + step * HOUR / 2
        degrees = below + (1.5 if step % 2 else -1.5)
        forecast = Forecast("x", PLACE, begin, ((degrees,) * 200,), now)
        known = Situation(now, found, {PLACE: (forecast,)}, now)
        alerts, told = decide((rule,), known, alerts, {PLACE: 0.0})
        kinds += [each.kind for each in told if each.loud and each.kind is not Kind.UPDATE]
    assert kinds == [Kind.ALERT]
