"""The measures of cold: published formulas, and the two scales by which frost and the grid's strain are told."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from alerter.domain.model import Forecast

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FROST_LEVELS = (-20.0, -25.0, -30.0)
"""Where the three danger levels of frost begin, in degrees Celsius.

-30 is the Ukrainian service's red level and its older "severe frost" (-25 in the south, hence regional offsets);
-20 and -25 are our own steps towards it, for no number of its lower levels was found.
"""
GRID_STRESS = ((-5.0, 1), (-10.0, 1), (-10.0, 3))
"""The three steps of grid cold stress: a daily mean in degrees Celsius, and for how many days in a row.

-5: restrictions return, by Ukrainian energy experts; -10 for days on end: critical, by the head of the grid operator.
"""

_WARMEST = 10.0  # degrees Celsius
_CALMEST = 4.8  # km/h

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


def chills(temperatures: Sequence[float | None], wind: Sequence[float | None]) -> Series:
    """Return the wind chill of each hour, None where air or wind is not known."""
    return tuple(None if t is None or v is None else wind_chill(t, v) for t, v in zip(temperatures, wind, strict=True))


def heating_degree_days(means: Iterable[float], base: float = 18.0) -> float:
    """Return the sum of degrees by which daily means fall short of `base` (the classic definition; 18 as CBS)."""
    return sum(max(0.0, base - mean) for mean in means)


def degree_hours(values: Iterable[float | None], below: float) -> float:
    """Return the sum of degrees by which hourly values fall short of `below`; missing hours add nothing."""
    return sum(below - value for value in values if value is not None and value < below)


def frost_level(tmin: float) -> int:
    """Return 0-3, by `FROST_LEVELS`."""
    return sum(tmin <= limit for limit in FROST_LEVELS)


def grid_cold_stress(means: Iterable[float | None]) -> int:
    """Return 0-3 for consecutive daily means, by `GRID_STRESS`; a missing day breaks a row."""
    known = list(means)
    return max((level for level, (limit, days) in enumerate(GRID_STRESS, 1) if _row(known, limit) >= days), default=0)


def _row(means: Sequence[float | None], limit: float) -> int:
    longest = row = 0
    for mean in means:
        row = row + 1 if mean is not None and mean <= limit else 0
        longest = max(longest, row)
    return longest


class LocalDay(NamedTuple):
    """The hours of a local day within a forecast; `whole` when it has all 23, 24 or 25 of them.

    The day in which a forecast begins counts as whole from half of its hours on: those before are past, and no later
    run of the provider would bring them back.
    """

    first: int
    length: int
    whole: bool

    def mean(self, member: Series) -> float | None:
        """Return the mean of the day, None unless every hour of it is known."""
        return self.rest(member) if self.whole else None

    def rest(self, member: Series) -> float | None:
        """Return the mean of as much of the day as lies within the forecast, None unless every hour of that is known."""
        hours = member[self.first : self.first + self.length]
        if len(hours) < self.length or None in hours:
            return None
        return math.fsum(cast("tuple[float, ...]", hours)) / self.length


def local_days(forecast: Forecast, tz: ZoneInfo) -> Mapping[date, LocalDay]:
    """Return the local days that the forecast touches, in order."""
    return _local_days(forecast.start, max(map(len, forecast.members), default=0), tz)


@lru_cache(maxsize=256)
def _local_days(start: datetime, hours: int, tz: ZoneInfo) -> Mapping[date, LocalDay]:
    counts: dict[date, list[int]] = {}
    for hour in range(hours):
        counts.setdefault((start + hour * HOUR).astimezone(tz).date(), []).append(hour)
    return {day: LocalDay(found[0], len(found), len(found) >= _needed(day, found[0], tz)) for day, found in counts.items()}


def _needed(day: date, first: int, tz: ZoneInfo) -> float:
    return hours_of(day, tz) / (2 if first == 0 else 1)


def hours_past(forecast: Forecast, tz: ZoneInfo) -> int:
    """Return how many hours of the local day in which a forecast begins are before it."""
    today = midnight(forecast.start.astimezone(tz).date(), tz)
    return round((forecast.start.timestamp() - today.timestamp()) / 3600)


def hours_of(day: date, tz: ZoneInfo) -> int:
    """Return how many hours a local day has: 23 or 25 when the clocks change."""
    return round((midnight(day + DAY, tz).timestamp() - midnight(day, tz).timestamp()) / 3600)


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """Return the moment at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=tz)


def daily_means(forecast: Forecast, tz: ZoneInfo) -> dict[date, Series]:
    """Return, for each local day the forecast touches, the mean temperature of each member.

    A day counts only when all its hours (23 or 25 when clocks change) are known, or from half of them on when the forecast
    begins in it; otherwise its mean is None.
    """
    return {day: tuple(map(hours.mean, forecast.members)) for day, hours in local_days(forecast, tz).items()}
