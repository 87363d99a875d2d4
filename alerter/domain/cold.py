"""Cold: the formulas, and how likely a forecast makes a spell of it. Pure and fast."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alerter.domain.model import ColdSpell, Forecast

HOUR = timedelta(hours=1)
UTC_DAYS = ZoneInfo("UTC")
QUANTITIES = ("temperature", "wind_chill", "daily_mean")

_HELD = 192  # forecasts whose runs are remembered
_WARMEST = 10.0  # degrees Celsius
_CALMEST = 4.8  # km/h
_GRID_STRAINED, _GRID_CRITICAL, _GRID_DAYS = -5.0, -10.0, 3

Series = tuple[float | None, ...]


def wind_chill(t: float, wind_ms: float) -> float:
    """Return the wind chill temperature in degrees Celsius for air at `t` and wind in m/s at 10 m.

    JAG/TI 2001, as Environment Canada and the US National Weather Service publish it. Outside its range (warmer
    than 10 degrees or calmer than 4.8 km/h) it is the air temperature.
    """
    speed = wind_ms * 3.6
    if t > _WARMEST or speed < _CALMEST - 1e-9:
        return t
    power: float = speed**0.16
    return 13.12 + 0.6215 * t - 11.37 * power + 0.3965 * t * power


def heating_degree_days(means: Iterable[float], base: float = 18.0) -> float:
    """Return the sum of degrees by which daily means fall short of `base` (the classic definition; 18 as CBS)."""
    return sum(max(0.0, base - mean) for mean in means)


def degree_hours(values: Iterable[float | None], below: float) -> float:
    """Return the sum of degrees by which hourly values fall short of `below`; missing hours add nothing."""
    return sum(below - value for value in values if value is not None and value < below)


def frost_level(tmin: float) -> int:
    """Return 0-3: the Ukrainian service's danger levels begin at -20, -25 and -30 degrees."""
    return sum(tmin <= limit for limit in (-20.0, -25.0, -30.0))


def grid_cold_stress(means: Iterable[float | None]) -> int:
    """Return 0-3 for consecutive daily means, by what Ukraine's grid operator and energy experts call critical.

    1: a day at -5 or below (restrictions return); 2: a day at -10 or below; 3: three such days in a row. A missing
    day breaks the row.
    """
    level = row = 0
    for mean in means:
        row = row + 1 if mean is not None and mean <= _GRID_CRITICAL else 0
        level = max(level, 3 if row >= _GRID_DAYS else 2 if row else int(mean is not None and mean <= _GRID_STRAINED))
    return level


def daily_means(forecast: Forecast, tz: ZoneInfo) -> dict[date, tuple[float | None, ...]]:
    """Return, for each local day the forecast touches, the mean temperature of each member.

    A day counts only when all its hours (23 or 25 when clocks change) are known; otherwise its mean is None.
    """
    days = _days(forecast, tz)
    return {day: tuple(_mean(member, hours) for member in forecast.members) for day, hours in days.items()}


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of members that show a spell: at least `low`, and `high` if missing hours turn out cold.

    `spell` tells of the members that agree, None when none does.
    """

    low: float
    high: float
    spell: ColdSpell | None


def assess(
    forecast: Forecast,
    *,
    now: datetime,
    below: float,
    lasting: timedelta,
    within: timedelta,
    quantity: str = "temperature",
    tz: ZoneInfo = UTC_DAYS,
) -> Chance:
    """Tell how likely a spell at or below `below`, of at least `lasting`, begins by `now + within` or goes on at `now`.

    Hours already past count towards its length. `low` takes a missing hour as warm; `high` takes it, and all hours
    after the forecast's end, as cold. `tz` sets the days of the quantity `daily_mean`.
    """
    begins, until, need = (now - forecast.start) / HOUR, (now + within - forecast.start) / HOUR, lasting / HOUR
    members = _runs(forecast, below, quantity, tz, need)
    if not members:
        return Chance(0.0, 1.0, None)
    agreeing: list[_Run] = []
    possible = 0
    for member in members:
        for run in member.certain:
            if run.first <= until and run.end > begins:
                agreeing.append(run)
                possible += 1
                break
        else:
            possible += any(a <= until and b > begins for a, b in member.possible)
    low = len(agreeing) / len(members)
    return Chance(low, possible / len(members), _spell(forecast, below, agreeing, low))


class _Run(NamedTuple):
    first: int
    end: int
    minimum: float
    chill: float | None


class _Member(NamedTuple):
    certain: tuple[_Run, ...]
    possible: tuple[tuple[int, float], ...]


class _Same:
    """A forecast compared by identity, so that remembering it never compares thousands of hours."""

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.forecast is self.forecast

    def __hash__(self) -> int:
        return id(self.forecast)


_Key = tuple[float, str, ZoneInfo, float]


@lru_cache(maxsize=_HELD)
def _memory(_same: _Same) -> dict[_Key, tuple[_Member, ...]]:
    return {}


@lru_cache(maxsize=_HELD)
def _chills(same: _Same) -> tuple[Series, ...]:
    forecast = same.forecast
    return tuple(
        tuple(None if t is None or v is None else wind_chill(t, v) for t, v in zip(member, wind, strict=True))
        for member, wind in zip(forecast.members, forecast.wind, strict=True)
    )


def _runs(forecast: Forecast, below: float, quantity: str, tz: ZoneInfo, need: float) -> tuple[_Member, ...]:
    memory = _memory(_Same(forecast))
    key = (below, quantity, tz, need)
    if (known := memory.get(key)) is None:
        known = memory[key] = tuple(_lasting(member, need) for member in _find_runs(forecast, below, quantity, tz))
    return known


def _lasting(member: _Member, need: float) -> _Member:
    return _Member(
        tuple(run for run in member.certain if run.end - run.first >= need),
        tuple((a, b) for a, b in member.possible if b - a >= need),
    )


def _find_runs(forecast: Forecast, below: float, quantity: str, tz: ZoneInfo) -> tuple[_Member, ...]:
    chills: Sequence[Series] = _chills(_Same(forecast)) if forecast.wind else [()] * len(forecast.members)
    series = _series(forecast, quantity, tz)
    found = []
    for values, member, chill in zip(series, forecast.members, chills, strict=True):
        certain = tuple(
            _Run(a, b, _least(member[a:b]) or 0.0, _least(chill[a:b]))
            for a, b in _stretches([value is not None and value <= below for value in values])
        )
        found.append(_Member(certain, _open_ended([value is None or value <= below for value in values])))
    return tuple(found)


def _series(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Sequence[Series]:
    if quantity == "temperature":
        return forecast.members
    if quantity == "wind_chill":
        return _chills(_Same(forecast)) if forecast.wind else [(None,) * len(member) for member in forecast.members]
    if quantity == "daily_mean":
        days = _days(forecast, tz)
        return [tuple(mean for hours in days.values() for mean in _spread(member, hours)) for member in forecast.members]
    raise ValueError(f"quantity is one of {', '.join(QUANTITIES)}, not {quantity!r}")


class _Day(NamedTuple):
    first: int
    length: int
    whole: bool


def _days(forecast: Forecast, tz: ZoneInfo) -> dict[date, _Day]:
    counts: dict[date, list[int]] = {}
    for hour in range(max(map(len, forecast.members), default=0)):
        counts.setdefault((forecast.start + hour * HOUR).astimezone(tz).date(), []).append(hour)
    return {day: _Day(hours[0], len(hours), len(hours) >= _hours_of(day, tz)) for day, hours in counts.items()}


def _hours_of(day: date, tz: ZoneInfo) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    following = day + timedelta(days=1)
    after = datetime(following.year, following.month, following.day, tzinfo=tz)
    return round((after.timestamp() - midnight.timestamp()) / 3600)


def _mean(member: Series, day: _Day) -> float | None:
    known = [value for value in member[day.first : day.first + day.length] if value is not None]
    return sum(known) / len(known) if day.whole and len(known) == day.length else None


def _spread(member: Series, day: _Day) -> Series:
    return (_mean(member, day),) * len(member[day.first : day.first + day.length])


def _stretches(cold: Sequence[bool]) -> list[tuple[int, int]]:
    found, first = [], None
    for hour, yes in enumerate(cold):
        if yes and first is None:
            first = hour
        elif not yes and first is not None:
            found.append((first, hour))
            first = None
    if first is not None:
        found.append((first, len(cold)))
    return found


def _open_ended(cold: Sequence[bool]) -> tuple[tuple[int, float], ...]:
    """Return the stretches, the last of which goes on for ever: nothing is known after the forecast's end."""
    stretches: list[tuple[int, float]] = list(_stretches(cold))
    first = int(stretches.pop()[0]) if stretches and cold[-1] else len(cold)
    return (*stretches, (first, float("inf")))


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _spell(forecast: Forecast, below: float, agreeing: Sequence[_Run], chance: float) -> ColdSpell | None:
    if not agreeing:
        return None
    chills = [run.chill for run in agreeing if run.chill is not None]
    return ColdSpell(
        region=forecast.region,
        threshold=below,
        onset=forecast.start + _median(run.first for run in agreeing) * HOUR,
        ends=forecast.start + _median(run.end for run in agreeing) * HOUR,
        minimum=_median(run.minimum for run in agreeing),
        wind_chill=_median(chills) if chills else None,
        chance=chance,
        members=len(forecast.members),
        provider=forecast.provider,
        observed=forecast.observed,
        issued=forecast.issued,
        point=forecast.point,
    )
