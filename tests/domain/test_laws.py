"""The laws that keep an all-clear honest, for the shipped rules and for rules nobody has thought of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook import (
    CONDITIONS,
    HAPPENED,
    HOUR,
    WITHOUT_NONE,
    forecast,
    groups,
    hours,
    report,
    reports,
    rule_of,
    with_forecasts,
    worlds,
)

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.alerts import decide
from alerter.domain.evidence import EXPECTED
from alerter.domain.examples import NOON, PLACE, situation_of
from alerter.domain.memory import Index, Place
from alerter.domain.model import Answer, Certainty, Event, Forecast, Kind, Situation
from alerter.domain.rules import TRUCE_LASTS, All, Any_, Cold, News, None_, Official, leaves
from alerter.domain.verdicts import evaluate, judge

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
RULES = load(shipped_config()).rules
HELD = [(rule, example) for rule in RULES for example in rule.examples if example.then is YES]
FIRING = st.booleans()
FEW = settings(max_examples=60)


def answer(when, world, firing=False):
    return evaluate(rule_of(when), world, PLACE, firing=firing).answer


def aged(stale):
    return lambda one: replace(one, observed=one.observed - stale * HOUR)


GAPS = st.lists(
    st.builds(lambda first, length: range(first, first + length), st.integers(0, 191), st.integers(1, 150)), max_size=3
)


@FEW
@given(CONDITIONS, worlds(), FIRING, GAPS)
def test_hours_that_go_missing_never_turn_an_answer_into_its_opposite(when, world, firing, gaps):
    missing = {hour for gap in gaps for hour in gap}
    tear = lambda run: tuple(None if hour in missing else value for hour, value in enumerate(run))  # noqa: E731 (a word)
    torn = with_forecasts(world, lambda one: replace(one, members=tuple(map(tear, one.members))))
    assert answer(when, torn, firing) in {answer(when, world, firing), UNKNOWN}


@FEW
@given(CONDITIONS, worlds(), FIRING, st.integers(1, 191))
def test_a_forecast_that_ends_early_never_turns_an_answer_into_its_opposite(when, world, firing, known):
    cut = lambda runs: tuple(run[:known] for run in runs)  # noqa: E731 (a word)
    short = with_forecasts(world, lambda one: replace(one, members=cut(one.members), wind=cut(one.wind)))
    assert answer(when, short, firing) in {answer(when, world, firing), UNKNOWN}


@FEW
@given(CONDITIONS, worlds(), FIRING, st.sampled_from(["stale", "none", "a point"]))
def test_a_forecast_that_is_stale_or_lacks_a_point_never_turns_an_answer_into_its_opposite(when, world, firing, lost):
    left = {"stale": tuple(map(aged(25), world.forecasts[PLACE])), "none": (), "a point": world.forecasts[PLACE][:1]}[lost]
    blind = replace(world, forecasts={PLACE: left}, memo={})
    assert answer(when, blind, firing) in {answer(when, world, firing), UNKNOWN}


@FEW
@given(CONDITIONS, worlds(reports(*HAPPENED, certainties=[Certainty.POSSIBLE, Certainty.OBSERVED])), FIRING, st.integers(4, 200))
def test_sources_that_fall_silent_never_turn_an_answer_into_its_opposite(when, world, firing, stale):
    since = NOON - stale * HOUR
    heard = tuple(each for each in world.reports if each.observed <= since)
    silent = replace(world, reports=heard, news_seen=since, warnings=(), warnings_seen=since - 3 * HOUR, memo={})
    assert answer(when, silent, firing) in {answer(when, world, firing), UNKNOWN}


@FEW
@given(WITHOUT_NONE, worlds(), FIRING, st.integers(4, 200))
def test_silence_hides_denials_too_and_still_never_turns_yes_into_no(when, world, firing, stale):
    since = NOON - stale * HOUR
    heard = tuple(each for each in world.reports if each.observed <= since)
    silent = replace(world, reports=heard, news_seen=since, warnings=(), warnings_seen=None, memo={})
    if answer(when, world, firing) is YES:
        assert answer(when, silent, firing) is not NO


def wider(node, more):
    """Widen every window that helps a rule to hold, and narrow those under `none`."""
    if isinstance(node, News):
        return replace(node, past=max(HOUR, node.past + more))
    if isinstance(node, Cold | Official):
        return replace(node, within=max(timedelta(0), node.within + more))
    return replace(node, of=tuple(wider(inner, -more if isinstance(node, None_) else more) for inner in node.of))


@FEW
@given(CONDITIONS, worlds(), FIRING, hours(60))
def test_widening_a_window_never_turns_yes_into_no(when, world, firing, more):
    if answer(when, world, firing) is YES:
        assert answer(wider(when, more), world, firing) is not NO


@FEW
@given(CONDITIONS, worlds(), FIRING, st.randoms())
def test_the_order_of_what_is_known_does_not_matter(when, world, firing, chance):
    mixed = {name: list(getattr(world, name)) for name in ("reports", "warnings")} | {"forecasts": list(world.forecasts[PLACE])}
    for each in mixed.values():
        chance.shuffle(each)
    other = replace(
        world,
        reports=tuple(mixed["reports"]),
        warnings=tuple(mixed["warnings"]),
        forecasts={PLACE: tuple(mixed["forecasts"])},
        memo={},
    )
    first, second = (evaluate(rule_of(when), each, PLACE, firing=firing) for each in (world, other))
    assert first == second


TRUCES = reports(Event.TRUCE, certainties=[Certainty.POSSIBLE, Certainty.LIKELY])


@FEW
@given(CONDITIONS, worlds(reports(*HAPPENED, certainties=[Certainty.OBSERVED, Certainty.UNLIKELY])), TRUCES, FIRING)
def test_a_truce_never_touches_what_was_observed(when, world, truces, firing):
    under = replace(world, reports=world.reports + truces, memo={})
    assert answer(when, under, firing) is answer(when, world, firing)


@FEW
@given(CONDITIONS, worlds(reports(*(set(HAPPENED) - EXPECTED))), TRUCES, FIRING)
def test_a_truce_touches_nothing_but_strikes_that_are_expected(when, world, truces, firing):
    under = replace(world, reports=world.reports + truces, memo={})
    assert answer(when, under, firing) is answer(when, world, firing)


@FEW
@given(WITHOUT_NONE, worlds(reports(*HAPPENED)), TRUCES, FIRING)
def test_a_truce_only_makes_less_certain_and_silences_nothing_that_asks_for_what_is_possible(when, world, truces, firing):
    before, under = answer(when, world, firing), answer(when, replace(world, reports=world.reports + truces, memo={}), firing)
    assert under in {before, NO}
    if all(node.certainty is Certainty.POSSIBLE for _, node in leaves(when) if isinstance(node, News)):
        assert under is before


@FEW
@given(CONDITIONS, worlds(reports(*HAPPENED)), TRUCES, FIRING)
def test_a_truce_ends_by_itself(when, world, truces, firing):
    old = tuple(replace(each, at=NOON - TRUCE_LASTS - HOUR) for each in truces)
    over = tuple(replace(each, ends=NOON - HOUR) for each in truces)
    for ended in (old, over):
        assert answer(when, replace(world, reports=world.reports + ended, memo={}), firing) is answer(when, world, firing)


@FEW
@given(st.sampled_from(HELD), st.integers(25, 200))
def test_no_shipped_rule_takes_a_stale_forecast_for_a_warm_one(held, stale):
    rule, example = held
    known = situation_of(example)
    old = with_forecasts(known, aged(stale))
    assert evaluate(rule, old, PLACE, firing=True).answer is UNKNOWN
    assert evaluate(rule, replace(known, forecasts={}), PLACE, firing=True).answer is UNKNOWN


@FEW
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


def lived(rule, center, wobbles, found=()):
    """Return what is told in a day in which each half hour brings a forecast that differs by as much from `center`."""
    begin, kinds, alerts = NOON.replace(hour=0), [], {}
    for step, off in enumerate(wobbles):
        now = begin + step * HOUR / 2
        made = replace(forecast(tuple((center + each,) * 200 for each in off), begin), observed=now)
        known = Situation(now, found, {PLACE: (made,)}, now, warnings_seen=now)
        alerts, told = decide((rule,), known, alerts, {PLACE: 0.0})
        kinds += [each.kind for each in told if each.kind is not Kind.UPDATE]
    return kinds


FREELY = st.lists(st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3), min_size=48, max_size=48)
SLOWLY = st.integers(1, 24).map(lambda every: [[-1.5 if step // every % 2 else 1.5] * 3 for step in range(48)])
WOBBLES = FREELY | SLOWLY
HELD_ON = st.builds(
    lambda quantity, below, more, lasting, chance: Cold(72 * HOUR, chance, quantity, below, lasting, below + more),
    st.sampled_from(["temperature", "wind_chill", "daily_mean"]),
    st.sampled_from([-20.0, -16.0, -15.0]),
    st.sampled_from([3.0, 5.0]),
    hours(48),
    st.sampled_from([0.2, 0.6, 1.0]),
)
WOBBLING = st.recursive(
    HELD_ON | HELD_ON.map(lambda cold: None_((cold,))), lambda inner: groups(inner, All, Any_, None_), max_leaves=4
)


@FEW
@given(WOBBLING, st.floats(-2, 5), WOBBLES)
def test_a_forecast_that_wobbles_for_a_day_alerts_once_at_most_where_conditions_hold_on_for_three_degrees(when, near, wobbles):
    center = next(node.below for _, node in leaves(when)) + near
    assert lived(rule_of(when), center, wobbles) in ([], [Kind.ALERT])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@settings(max_examples=15)
@given(chance=st.data(), wobbles=WOBBLES)
def test_a_forecast_that_wobbles_around_a_threshold_of_a_shipped_rule_for_a_day_alerts_once_at_most(rule, chance, wobbles):
    nodes = [node for _, node in leaves(rule.when)]
    (event,) = next(node.of for node in nodes if isinstance(node, News))
    center = chance.draw(st.sampled_from(sorted({node.below for node in nodes if isinstance(node, Cold)})))
    found = tuple(report(event, timedelta(0), owner, now=NOON.replace(hour=0)) for owner in "ab")
    assert lived(replace(rule, keep_firing_for=timedelta(0)), center, wobbles, found) in ([], [Kind.ALERT])


ENDS = st.sampled_from([None, 30 * HOUR, 100 * HOUR])
TICK = timedelta.resolution


def anew(situation, now):
    """The same world, of which nothing is remembered, at another moment."""
    copies = {region: tuple(map(replace, each)) for region, each in situation.forecasts.items()}
    official = tuple(each for each in situation.warnings if each.expires > now)
    return replace(situation, now=now, forecasts=copies, warnings=official, memo={})


@FEW
@given(CONDITIONS, worlds(), ENDS, st.integers(0, 70), FIRING)
def test_a_verdict_stays_until_the_moment_that_is_named_with_it(when, world, lasts, later, firing):
    now, seen = NOON + later * HOUR, NOON + 200 * HOUR
    found = tuple(replace(each, ends=lasts and each.at + lasts) for each in world.reports)
    known = replace(world, reports=found, news_seen=seen, warnings_seen=seen)
    judged = judge(rule_of(when), Place(Index(anew(known, now)), PLACE, firing, 0.0))
    near = (now + number * HOUR + shift for number in range(80) for shift in (-TICK, timedelta(0), TICK))
    for moment in (each for each in near if now < each < judged.until):
        assert evaluate(rule_of(when), anew(known, moment), PLACE, firing=firing) == judged.verdict


@FEW
@given(CONDITIONS, st.lists(worlds(), min_size=2, max_size=6), st.sets(st.integers(0, 5)))
def test_what_is_remembered_of_earlier_ticks_changes_no_verdict(when, each, silent):
    memo, found = {}, ()
    for number, world in enumerate(each):
        found = (*found, *world.reports)[-8:] if number % 2 else found
        now = NOON + number * 3 * HOUR
        seen = None if number in silent else now
        remembering = replace(world, now=now, reports=found, news_seen=seen, warnings_seen=seen, memo=memo)
        for firing in (False, True):
            plain = evaluate(rule_of(when), anew(remembering, now), PLACE, firing=firing)
            assert evaluate(rule_of(when), remembering, PLACE, firing=firing) == plain


FROST = Forecast("x", PLACE, NOON, ((0.0,) * 100 + (-20.0,) * 20 + (0.0,) * 120,), NOON + 40 * HOUR)
STRIKE = report(Event.LARGE_STRIKE, HOUR, "a", certainty=Certainty.LIKELY, reliability="A")
TRUCE = replace(report(Event.TRUCE, HOUR, "b", certainty=Certainty.LIKELY, reliability="A"), ends=NOON + 45 * HOUR)
COLD = Cold(within=60 * HOUR, chance=0.6, below=-15.0, lasting=12 * HOUR)
STRUCK = News(frozenset({Event.LARGE_STRIKE}), past=100 * HOUR, sources=1)


@pytest.mark.parametrize(("when", "turns"), [(COLD, NOON + 40 * HOUR), (STRUCK, NOON + 45 * HOUR)])
def test_the_moment_named_is_that_of_the_frost_coming_into_sight_and_of_the_end_of_a_truce(when, turns):
    known = Situation(turns - HOUR / 2, (STRIKE, TRUCE), {PLACE: (FROST,)}, turns)
    judged = judge(rule_of(when), Place(Index(known), PLACE, firing=False, offset=0.0))
    assert (judged.verdict.answer, judged.until) == (NO, turns)
    assert evaluate(rule_of(when), replace(known, now=turns), PLACE).answer is YES
