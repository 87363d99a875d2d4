"""Any rule that can be written, and any world that it can be asked of, for laws over all of them."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from alerter.domain.examples import NOON, PLACE
from alerter.domain.model import Certainty, Event, Forecast, OfficialWarning, Report, Severity, Situation
from alerter.domain.rules import All, Any_, AtLeast, Cold, News, None_, Official, Rule

HOUR = timedelta(hours=1)
CHANCES = st.sampled_from([0.2, 0.5, 0.6, 1.0])
LEVELS = ["yellow", "orange", "red"]


def hours(most, least=1):
    return st.integers(least, most).map(lambda number: number * HOUR)


@st.composite
def spells(draw):
    below = draw(st.sampled_from([-20.0, -15.0, -10.0]))
    until = draw(st.sampled_from([None, below + 3, below + 8]))
    quantity = draw(st.sampled_from(["temperature", "wind_chill", "daily_mean"]))
    return Cold(draw(hours(120)), draw(CHANCES), quantity, below, draw(hours(72)), until)


@st.composite
def levels(draw):
    step = draw(st.sampled_from([1, 2, 3]))
    until = draw(st.sampled_from([None, 1]))
    return Cold(
        draw(hours(120)),
        draw(CHANCES),
        draw(st.sampled_from(["frost_level", "grid_cold_stress"])),
        at_least=step,
        until_below=until,
    )


@st.composite
def totals(draw):
    quantity, base, amounts = draw(
        st.sampled_from([("degree_hours", -5.0, [20.0, 60.0, 300.0]), ("heating_degree_days", 18.0, [20.0, 60.0, 120.0])])
    )
    amount = draw(st.sampled_from(amounts))
    return Cold(
        draw(hours(96)), draw(CHANCES), quantity, base, at_least=amount, until_below=draw(st.sampled_from([None, amount / 2]))
    )


NEWS = st.builds(
    News,
    of=st.sets(st.sampled_from([Event.GRID_ATTACK, Event.STRIKE_WARNING, Event.LARGE_STRIKE, Event.OUTAGE]), min_size=1).map(
        frozenset
    ),
    past=hours(150),
    certainty=st.sampled_from([Certainty.POSSIBLE, Certainty.LIKELY, Certainty.OBSERVED]),
    sources=st.integers(1, 3),
    alone=st.sampled_from([None, "A", "B"]),
)
OFFICIAL = st.builds(
    Official, st.sets(st.sampled_from(["wind", "snow-ice"]), min_size=1).map(frozenset), st.sampled_from(LEVELS), hours(72, 0)
)
COLD = spells() | levels() | totals()


def groups(inner, *kinds):
    many = st.lists(inner, min_size=1, max_size=3).map(tuple)
    counted = many.flatmap(lambda of: st.integers(1, len(of)).map(lambda count: AtLeast(count, of)))
    return st.one_of(*(many.map(kind) for kind in kinds), counted)


CONDITIONS = st.recursive(COLD | NEWS | OFFICIAL, lambda inner: groups(inner, All, Any_, None_), max_leaves=5)
"""All of the language of rules."""
WITHOUT_NONE = st.recursive(COLD | NEWS | OFFICIAL, lambda inner: groups(inner, All, Any_), max_leaves=5)


def rule_of(when, keep=timedelta(0)):
    return Rule("r", {"en": "r"}, Severity.SEVERE, when, timedelta(0), keep)


def report(event, ago, owner, origin="", certainty=Certainty.OBSERVED, reliability="B", now=NOON):
    at = now - ago
    return Report(event, frozenset({PLACE}), certainty, at, at, owner, owner, reliability, origin, f"{ago}", "", "", at)


def reports(*events, certainties=tuple(Certainty)):
    one = st.builds(
        report,
        st.sampled_from(events),
        hours(170),
        st.sampled_from("abcd"),
        st.sampled_from(["", "", "operator"]),
        st.sampled_from(certainties),
        st.sampled_from("ABC"),
    )
    return st.lists(one, max_size=10).map(tuple)


HAPPENED = (Event.GRID_ATTACK, Event.STRIKE_WARNING, Event.LARGE_STRIKE, Event.OUTAGE)
REPORTS = reports(*HAPPENED, Event.TRUCE, Event.TRUCE_OVER)
WARNINGS = st.lists(
    st.builds(
        lambda number, hazard, level, onset, lasting: OfficialWarning(
            str(number), "service", hazard, level, frozenset({PLACE}), NOON + onset, NOON + onset + lasting, NOON
        ),
        st.integers(0, 99), st.sampled_from(["wind", "snow-ice"]), st.sampled_from(LEVELS), hours(90, -20), hours(60),
    ),
    max_size=3,
).map(tuple)  # fmt: skip
DAYS = st.lists(st.sampled_from([-26.0, -18.0, -16.0, -11.0, -6.0, 0.0]), min_size=8, max_size=8)
SERIES = DAYS.map(lambda days: tuple(value for value in days for _ in range(24)))
MEMBERS = st.lists(SERIES, min_size=1, max_size=4).map(tuple)


def forecast(members, made=NOON, point="x", wind=8.0):
    start = made.replace(hour=0)
    return Forecast("x", PLACE, start, members, made, wind=tuple((wind,) * len(one) for one in members), point=point)


@st.composite
def worlds(draw, found=REPORTS):
    """A world that is seen whole: two points, and news and warnings heard of just now."""
    forecasts = tuple(forecast(draw(MEMBERS), point=point) for point in draw(st.sampled_from(["x", "xy"])))
    points = {PLACE: frozenset(one.point for one in forecasts)}
    return Situation(NOON, draw(found), {PLACE: forecasts}, NOON, draw(WARNINGS), NOON, points)


def with_forecasts(world, change):
    return replace(world, forecasts={PLACE: tuple(map(change, world.forecasts[PLACE]))}, memo={})
