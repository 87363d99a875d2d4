"""The laws that keep an all-clear honest, for the shipped rules and for rules nobody has thought of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.alerts import decide
from alerter.domain.examples import NOON, PLACE, situation_of
from alerter.domain.memory import Index, Place
from alerter.domain.model import Answer, Certainty, Event, Forecast, Kind, OfficialWarning, Report, Severity, Situation
from alerter.domain.rules import All, Any_, AtLeast, Cold, News, Official, Rule, leaves
from alerter.domain.verdicts import evaluate, judge

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


officials = st.builds(Official, st.just(frozenset({"frost"})), st.sampled_from(["orange", "red"]), hours(40))
warning = OfficialWarning("w", "service", "frost", "red", frozenset({PLACE}), NOON + 20 * HOUR, NOON + 30 * HOUR, NOON)
ends = st.sampled_from([None, 30 * HOUR, 100 * HOUR])
TICK = timedelta.resolution


def anew(situation, now):
    """The same world, of which nothing is remembered, at another moment."""
    copies = {region: tuple(map(replace, each)) for region, each in situation.forecasts.items()}
    official = tuple(each for each in situation.warnings if each.expires > now)
    return replace(situation, now=now, forecasts=copies, warnings=official, memo={})


@settings(deadline=None)  # it asks at two hundred moments
@given(conditions | officials, reports, members, ends, st.integers(0, 70), st.booleans())
def test_a_verdict_stays_until_the_moment_that_is_named_with_it(when, found, runs, lasts, later, firing):
    made = NOON.replace(hour=0)
    found = tuple(replace(each, ends=lasts and each.at + lasts) for each in found)
    now = NOON + later * HOUR
    known = Situation(
        now, found, {PLACE: (Forecast("x", PLACE, made, runs, made),)}, now + 90 * HOUR, (warning,), now + 90 * HOUR
    )
    judged = judge(rule_of(when), Place(Index(anew(known, now)), PLACE, firing, 0.0))
    near = (now + number * HOUR + shift for number in range(80) for shift in (-TICK, timedelta(0), TICK))
    for moment in (each for each in near if now < each < judged.until):
        assert evaluate(rule_of(when), anew(known, moment), PLACE, firing=firing) == judged.verdict


@given(
    conditions, st.lists(reports, min_size=2, max_size=6), st.lists(members, min_size=2, max_size=6), st.sets(st.integers(0, 5))
)
def test_what_is_remembered_of_earlier_ticks_changes_no_verdict(when, news, runs, silent):
    memo, found = {}, ()
    for number, (more, forecast) in enumerate(zip(news, runs, strict=False)):
        found = (*found, *more)[-8:] if number % 2 else found
        now = NOON + number * 3 * HOUR
        made = NOON.replace(hour=0) + number // 2 * 3 * HOUR
        weather = {PLACE: (Forecast("x", PLACE, made, forecast, made),)} if number % 3 else {}
        remembering = Situation(now, found, weather, None if number in silent else now, memo=memo)
        for firing in (False, True):
            plain = evaluate(rule_of(when), anew(remembering, now), PLACE, firing=firing)
            assert evaluate(rule_of(when), remembering, PLACE, firing=firing) == plain


FROST = Forecast("x", PLACE, NOON, ((0.0,) * 100 + (-20.0,) * 20 + (0.0,) * 120,), NOON + 40 * HOUR)
STRIKE = replace(report(Event.LARGE_STRIKE, HOUR, "a", "", Certainty.LIKELY, "A"))
TRUCE = replace(report(Event.TRUCE, HOUR, "b", "", Certainty.LIKELY, "A"), ends=NOON + 45 * HOUR)
COLD = Cold(within=60 * HOUR, chance=0.6, below=-15.0, lasting=12 * HOUR)
STRUCK = News(frozenset({Event.LARGE_STRIKE}), past=100 * HOUR, sources=1)


@pytest.mark.parametrize(("when", "turns"), [(COLD, NOON + 40 * HOUR), (STRUCK, NOON + 45 * HOUR)])
def test_the_moment_named_is_that_of_the_frost_coming_into_sight_and_of_the_end_of_a_truce(when, turns):
    known = Situation(turns - HOUR / 2, (STRIKE, TRUCE), {PLACE: (FROST,)}, turns)
    judged = judge(rule_of(when), Place(Index(known), PLACE, firing=False, offset=0.0))
    assert (judged.verdict.answer, judged.until) == (Answer.NO, turns)
    assert evaluate(rule_of(when), replace(known, now=turns), PLACE).answer is Answer.YES
