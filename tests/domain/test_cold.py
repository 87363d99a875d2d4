"""Cold: published charts, local days, and the laws of chances."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.domain import cold, quantities
from alerter.domain.model import Forecast

# Published wind chill charts: air temperature across, wind down. Environment Canada in degrees Celsius and km/h,
# the US National Weather Service in degrees Fahrenheit and mph.
CANADA = """
      5 0 -5 -10 -15 -20 -25 -30 -35 -40 -45 -50
    5 4 -2 -7 -13 -19 -24 -30 -36 -41 -47 -53 -58
   10 3 -3 -9 -15 -21 -27 -33 -39 -45 -51 -57 -63
   15 2 -4 -11 -17 -23 -29 -35 -41 -48 -54 -60 -66
   20 1 -5 -12 -18 -24 -30 -37 -43 -49 -56 -62 -68
   25 1 -6 -12 -19 -25 -32 -38 -44 -51 -57 -64 -70
   30 0 -6 -13 -20 -26 -33 -39 -46 -52 -59 -65 -72
   35 0 -7 -14 -20 -27 -33 -40 -47 -53 -60 -66 -73
   40 -1 -7 -14 -21 -27 -34 -41 -48 -54 -61 -68 -74
   45 -1 -8 -15 -21 -28 -35 -42 -48 -55 -62 -69 -75
   50 -1 -8 -15 -22 -29 -35 -42 -49 -56 -63 -69 -76
   55 -2 -8 -15 -22 -29 -36 -43 -50 -57 -63 -70 -77
   60 -2 -9 -16 -23 -30 -36 -43 -50 -57 -64 -71 -78
   65 -2 -9 -16 -23 -30 -37 -44 -51 -58 -65 -72 -79
   70 -2 -9 -16 -23 -30 -37 -44 -51 -58 -65 -72 -80
   75 -3 -10 -17 -24 -31 -38 -45 -52 -59 -66 -73 -80
   80 -3 -10 -17 -24 -31 -38 -45 -52 -60 -67 -74 -81
"""
US = """
      45 40 35 30 25 20 15 10 5 0 -5 -10 -15 -20 -25 -30 -35 -40 -45
    5 42 36 31 25 19 13 7 1 -5 -11 -16 -22 -28 -34 -40 -46 -52 -57 -63
   10 40 34 27 21 15 9 3 -4 -10 -16 -22 -28 -35 -41 -47 -53 -59 -66 -72
   15 38 32 25 19 13 6 0 -7 -13 -19 -26 -32 -39 -45 -51 -58 -64 -71 -77
   20 37 30 24 17 11 4 -2 -9 -15 -22 -29 -35 -42 -48 -55 -61 -68 -74 -81
   25 36 29 23 16 9 3 -4 -11 -17 -24
   30 35 28 22 15 8 1 -5 -12 -19 -26
   35 35 28 21 14 7 0 -7 -14 -21 -27
   40 34 27 20 13 6 -1 -8 -15 -22 -29
   45 33 26 19 12 5 -2 -9 -16 -23 -30
   50 33 26 19 12 4 -3 -10 -17 -24 -31
   55 32 25 18 11 4 -3 -11 -18 -25 -32
   60 32 25 17 10 3 -4 -11 -19 -26 -33
"""

KYIV = ZoneInfo("Europe/Kyiv")
START = datetime(2026, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def cells(table):
    head, *rows = table.strip().splitlines()
    temperatures = [int(word) for word in head.split()]
    for row in rows:
        wind, *values = (int(word) for word in row.split())
        yield from ((t, wind, value) for t, value in zip(temperatures, values, strict=False))


def forecast(*members, start=START, wind=()):
    return Forecast("p", "kyiv", start, tuple(map(tuple, members)), start, tuple(map(tuple, wind)))


def chance(f, *, now=START, below=-15.0, lasting=3, within=5, tz=cold.UTC_DAYS, **more):
    return cold.assess(f, cold.Question(below, lasting * HOUR, within * HOUR, **more), now=now, tz=tz)


def test_the_charts_are_whole():
    assert (len(list(cells(CANADA))), len(list(cells(US)))) == (192, 156)


@pytest.mark.parametrize(("t", "kmh", "chart"), list(cells(CANADA)))
def test_wind_chill_is_that_of_the_canadian_chart(t, kmh, chart):
    assert round(quantities.wind_chill(t, kmh / 3.6)) == chart


# the US service rounds its coefficients for degrees Fahrenheit and mph, so that five cells lie up to 0.06 beyond rounding
@pytest.mark.parametrize(("t", "mph", "chart"), list(cells(US)))
def test_wind_chill_is_that_of_the_us_chart(t, mph, chart):
    assert quantities.wind_chill((t - 32) / 1.8, mph * 0.44704) * 1.8 + 32 == pytest.approx(chart, abs=0.56)


def test_wind_chill_is_air_temperature_outside_its_range():
    assert quantities.wind_chill(10.1, 20) == 10.1
    assert quantities.wind_chill(-20, 1.3) == -20
    assert quantities.wind_chill(-20, 4.8 / 3.6) < -23


@pytest.mark.parametrize(("mean", "days"), [(10, 8), (-4, 22), (20, 0)])
def test_heating_degree_days(mean, days):
    assert quantities.heating_degree_days([mean]) == days


def test_degree_hours_leave_out_missing_and_warm_hours():
    assert quantities.degree_hours([-12, None, -9, -10, -15], -10) == 7


@pytest.mark.parametrize(("t", "level"), [(-19.9, 0), (-20, 1), (-25, 2), (-29.9, 2), (-30, 3)])
def test_frost_levels(t, level):
    assert quantities.frost_level(t) == level


@pytest.mark.parametrize(
    ("means", "level"),
    [([], 0), ([-4], 0), ([-5], 1), ([-10, -6], 2), ([-10, -11, -10], 3), ([-10, None, -11, -10], 2)],
)
def test_grid_cold_stress(means, level):
    assert quantities.grid_cold_stress(means) == level


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 1, 10), 24)])
def test_local_days_have_as_many_hours_as_the_clock_gives_them(day, hours):
    midnight = datetime(day.year, day.month, day.day, tzinfo=KYIV).astimezone(UTC)
    f = forecast([99.0, *map(float, range(hours)), 99.0], start=midnight - HOUR)
    means = quantities.daily_means(f, KYIV)
    assert means[day] == (pytest.approx((hours - 1) / 2),)
    assert [mean for other, mean in means.items() if other != day] == [(None,), (None,)]


def test_a_day_with_a_missing_hour_has_no_mean():
    f = forecast([1.0] * 24, [1.0] * 23 + [None], start=START - 2 * HOUR)
    assert quantities.daily_means(f, KYIV) == {date(2026, 1, 10): (1.0, None)}


def test_a_spell_is_told_with_its_medians():
    f = forecast([0, -16, -17, -15, 0, 0, 0], [0, 0, 0, -20, -21, -19, 0], [0] * 7, [0] * 7)
    found = chance(f)
    assert (found.low, found.high) == (0.5, 0.5)
    assert (found.spell.onset, found.spell.ends) == (START + 2 * HOUR, START + 5 * HOUR)
    assert (found.spell.minimum, found.spell.chance, found.spell.members) == (-19, 0.5, 4)
    assert found.spell.wind_chill is None


def test_a_light_frost_tonight_does_not_hide_the_hard_one_after_it():
    spell = chance(forecast([-16] * 4 + [0] * 4 + [-24] * 6 + [0]), within=10).spell
    assert (spell.onset, spell.ends, spell.minimum) == (START + 8 * HOUR, START + 14 * HOUR, -24)


def test_hours_already_past_count_but_a_spell_that_is_over_does_not():
    f = forecast([-16, -16, -16, 0, 0, 0, 0, 0, 0, 0, 0])
    assert chance(f, now=START + 2 * HOUR).low == 1
    assert chance(f, now=START + 3 * HOUR).high == 0


def test_a_spell_that_begins_too_late_or_is_too_short_does_not_count():
    f = forecast([0, 0, -16, -16, -16, 0, 0, 0])
    assert chance(f, within=2).low == 1
    assert chance(f, within=1).high == 0
    assert chance(f, lasting=4).high == 0


def test_what_the_forecast_does_not_reach_may_be_cold():
    assert chance(forecast([0, 0, 0, 0, -16, -16])) == cold.Chance(0, 1, None)
    assert chance(forecast([0, 0, 0])) == cold.Chance(0, 1, None)
    assert chance(forecast([0] * 7)) == cold.Chance(0, 0, None)
    assert chance(forecast([0, -16, None, -16, 0, 0, 0])) == cold.Chance(0, 1, None)
    assert chance(forecast()) == cold.Chance(0, 1, None)


def test_wind_chill_and_daily_means_are_quantities_too():
    f = forecast([-10.0] * 24 + [9.0] * 2, wind=[[10.0] * 26], start=START - 2 * HOUR)
    assert chance(f).low == 0
    windy = chance(f, quantity="wind_chill")
    assert windy.low == 1
    assert windy.spell.wind_chill == pytest.approx(quantities.wind_chill(-10, 10))
    assert chance(f, below=-10, lasting=24, quantity="daily_mean", tz=KYIV).low == 1
    assert chance(forecast([0] * 9), quantity="wind_chill") == cold.Chance(0, 1, None)
    with pytest.raises(ValueError, match="quantity"):
        chance(f, quantity="humidity")


def test_days_of_cold_count_by_the_clock_of_the_country_when_it_changes():
    spring = datetime(2026, 3, 27, 22, tzinfo=UTC)  # midnight in Kyiv; the 29th has 23 hours
    f = forecast([0.0] * 24 + [-11.0] * (24 + 24 + 23 + 24) + [0.0] * 48, start=spring - 24 * HOUR)
    days_in_a_row = {"now": spring, "below": -10, "within": 24, "quantity": "daily_mean", "tz": KYIV}
    assert chance(f, lasting=72, **days_in_a_row).low == 1
    assert chance(f, lasting=96, **days_in_a_row).low == 1
    assert chance(f, lasting=120, **days_in_a_row).high == 0
    autumn = datetime(2026, 10, 23, 21, tzinfo=UTC)  # midnight in Kyiv; the 25th has 25 hours
    f = forecast([0.0] * 24 + [-11.0] * 25 + [0.0] * 48, start=autumn)
    spell = chance(f, now=autumn, below=-10, lasting=24, within=72, quantity="daily_mean", tz=KYIV).spell
    assert (spell.onset, spell.ends) == (autumn + 24 * HOUR, autumn + 49 * HOUR)


def test_degree_hours_add_up_within_the_window():
    f = forecast([-12.0] * 4 + [-30.0] * 4, [0.0] * 8, [-12.0, None] + [-12.0] * 6)
    asked = {"below": -10.0, "within": 4, "quantity": "degree_hours"}
    found = chance(f, amount=8.0, **asked)
    assert found.low == pytest.approx(1 / 3)
    assert found.high == pytest.approx(2 / 3)
    assert (found.spell.onset, found.spell.ends, found.spell.minimum) == (START, START + 4 * HOUR, -12)
    assert chance(f, amount=8.1, **asked).low == 0
    assert chance(f, now=START + HOUR, amount=26.0, **asked).low == pytest.approx(1 / 3)
    assert chance(f, amount=1e6, **(asked | {"within": 9})).high == 1


def test_heating_degree_days_add_up_over_local_days():
    start = datetime(2026, 1, 9, 22, tzinfo=UTC)  # midnight in Kyiv
    f = forecast([-2.0] * 24 + [8.0] * 24, [18.0] * 48, start=start)
    asked = {"now": start + 20 * HOUR, "below": 18.0, "within": 48, "quantity": "heating_degree_days", "tz": KYIV}
    found = chance(f, amount=30.0, **asked)
    assert (found.low, found.high) == (0.5, 0.5)
    assert (found.spell.onset, found.spell.ends, found.spell.minimum) == (start, start + 48 * HOUR, -2)
    assert chance(f, amount=30.1, **asked).high == 0
    assert chance(f, amount=30.0, **(asked | {"within": 72})).high == 1
    assert chance(f, amount=30.0, offset=5.0, **asked) == found


@pytest.mark.parametrize(("low", "steps"), [(-19.9, ()), (-20, (1,)), (-26, (1, 2)), (-30, (1, 2, 3))])
def test_frost_levels_can_be_asked_for(low, steps):
    f = forecast([0.0, low, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert [level for level in (1, 2, 3) if chance(f, quantity="frost_level", amount=level).low] == list(steps)
    assert chance(f, quantity="frost_level", amount=1, offset=5).low == (low <= -15)


@pytest.mark.parametrize(
    ("means", "steps"), [((-4,) * 4, ()), ((-5, -4, -4, -4), (1,)), ((-4, -10, -4, -10), (1, 2)), ((-11,) * 4, (1, 2, 3))]
)
def test_grid_cold_stress_can_be_asked_for(means, steps):
    f = forecast([float(mean) for mean in means for _ in range(24)] + [0.0] * 24)
    assert [step for step in (1, 2, 3) if chance(f, within=48, quantity="grid_cold_stress", amount=step).low] == list(steps)


@pytest.mark.parametrize(
    "question", [{"quantity": "humidity"}, {"quantity": "frost_level", "amount": 4}, {"quantity": "degree_hours"}]
)
def test_a_question_that_makes_no_sense_is_refused(question):
    with pytest.raises(ValueError, match=question["quantity"] if "amount" in question else "quantity|amount"):
        chance(forecast([0.0]), **question)


def test_what_was_before_the_forecast_began_may_have_been_cold():
    f = forecast([-16.0, -16.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert (chance(f).low, chance(f).high) == (0, 1)
    assert chance(f, now=START + 2 * HOUR, within=4).high == 0


def test_a_single_run_gives_certainty_and_says_so():
    found = chance(forecast([-16.0] * 9))
    assert (found.low, found.spell.chance, found.spell.deterministic) == (1, 1, True)


def test_a_region_is_as_cold_as_its_coldest_point():
    west = forecast([-16.0] * 9, [0.0] * 9)
    east = forecast([-20.0] * 9, [0.0] * 9)
    north = forecast([-30.0] * 9, *[[0.0] * 9] * 3)
    asked = cold.Question(-15.0, 3 * HOUR, 5 * HOUR)
    found = cold.assess_region([west, east, north], asked, now=START)
    assert (found.low, found.high, found.spell.minimum) == (0.5, 0.5, -20)
    assert cold.assess_region([west], asked, now=START, whole=False).high == 1
    assert cold.assess_region([], asked, now=START) == cold.Chance(0, 1, None)


values = st.integers(-25, 5).map(float)
members = st.integers(1, 30).flatmap(
    lambda n: st.lists(st.lists(st.none() | values, min_size=n, max_size=n), min_size=1, max_size=4)
)
asked = st.fixed_dictionaries(
    {
        "now": st.integers(-3, 30).map(lambda hours: START + hours * HOUR),
        "below": values,
        "lasting": st.integers(1, 12),
        "within": st.integers(0, 20),
        "quantity": st.sampled_from(cold.SPELLS + cold.TOTALS + ("frost_level",)),
        "amount": st.sampled_from([1.0, 2.0, 3.0]),
    }
)


@given(members, asked, st.data())
def test_missing_hours_only_widen_the_chance(series, ask, data):
    before = chance(forecast(*series), **ask)
    assert 0 <= before.low <= before.high <= 1
    hidden = [[None if data.draw(st.booleans()) else value for value in member] for member in series]
    after = chance(forecast(*hidden), **ask)
    assert after.low <= before.low
    assert after.high >= before.high


@given(members, asked, st.integers(0, 10))
def test_a_lower_threshold_never_raises_the_chance(series, ask, less):
    f = forecast(*series)
    lower = chance(f, **(ask | {"below": ask["below"] - less}))
    usual = chance(f, **ask)
    assert lower.low <= usual.low
    assert lower.high <= usual.high


def test_a_tick_over_the_whole_country_is_quick_once_runs_are_known():
    series = [[-20.0 + (hour * 7 + member) % 24 for hour in range(168)] for member in range(51)]
    country = [forecast(*series, wind=series) for _ in range(27)]

    def tick():
        begun = perf_counter()
        for f in country:
            for rule in range(10):
                chance(f, below=-10.0 - rule, within=72)
        return perf_counter() - begun

    tick()
    spent = min(tick() for _ in range(5))
    print(f"{spent * 1000:.1f} ms")
    assert spent < 0.2  # 0.04 on a quiet machine


def test_the_day_in_which_a_forecast_begins_counts_by_its_hours_from_half_of_them_on():
    start = datetime(2026, 1, 15, tzinfo=UTC)  # 02:00 in Kyiv: two hours of the day are past
    early = Forecast("x", "r", start, ((-3.0,) * 22 + (-12.0,) * 24,), start)
    late = Forecast("x", "r", start + timedelta(hours=11), ((-3.0,) * 11 + (-12.0,) * 24,), start)
    assert [means[0] for means in quantities.daily_means(early, KYIV).values()] == [-3.0, -12.0]
    assert [means[0] for means in quantities.daily_means(late, KYIV).values()] == [None, -12.0]


def test_late_in_the_day_what_is_left_of_it_says_whether_it_may_be_cold():
    evening = datetime(2026, 1, 15, 18, tzinfo=UTC)  # 20:00 in Kyiv
    question = cold.Question(-10.0, timedelta(days=1), timedelta(days=2), "daily_mean")

    def asked(*members):
        chance = cold.assess(Forecast("x", "r", evening, members, evening), question, now=evening, tz=KYIV)
        return chance.low, chance.high

    assert asked((1.0,) * 76) == (0.0, 0.0), "that the morning may have been cold keeps no warning up"
    assert asked((-12.0,) * 4 + (1.0,) * 72) == (0.0, 1.0), "four hours are no day, but may be the end of a cold one"


def test_a_cold_day_under_way_is_a_day_although_its_first_hours_are_before_the_forecast():
    start = datetime(2026, 1, 15, tzinfo=UTC)
    today = Forecast("x", "r", start, ((-12.0,) * 22 + (0.0,) * 72,), start)
    question = cold.Question(-10.0, timedelta(days=1), timedelta(days=2), "daily_mean")
    chance = cold.assess(today, question, now=start + timedelta(hours=9), tz=KYIV)
    assert (chance.low, chance.high) == (1.0, 1.0)
    later = cold.assess(today, question, now=start + timedelta(hours=23), tz=KYIV)
    assert (later.low, later.high) == (0.0, 0.0)
