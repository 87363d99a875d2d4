"""When it is cold in each member of a forecast, and when it may be: found once, asked for again and again."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from alerter.domain.model import Forecast
from alerter.domain.quantities import HOUR, Series, chills, hours_past, local_days

Stretches = tuple[tuple[int, int], ...]


class Run(NamedTuple):
    """Hours `first` to `end` (exclusive) of one member in which it is cold."""

    first: int
    end: int
    member: int


class Runs(NamedTuple):
    """When it is cold for long enough, in the members in which it is, and when it may be, with how many members think so.

    `firsts` and `ends` are the hours at which any of it begins and ends, in order.
    """

    certain: tuple[tuple[Run, ...], ...]
    possible: Counter[tuple[tuple[float, float], ...]]
    firsts: Sequence[float]
    ends: Sequence[float]


def find_runs(forecast: Forecast, *, below: float, lasting: timedelta, quantity: str, tz: ZoneInfo) -> Runs:
    """Return when `quantity` is at or below `below` for `lasting`, worked out once."""
    key = (below, lasting, quantity, tz)
    known: Runs | None = forecast.memo.get(key)
    if known is None:
        known = forecast.memo[key] = _find_runs(forecast, below, lasting, quantity, tz)
    return known


def _find_runs(forecast: Forecast, below: float, lasting: timedelta, quantity: str, tz: ZoneInfo) -> Runs:
    # days are whole, so the one of 23 hours must count as a day
    daily = quantity == "daily_mean"
    need = lasting / HOUR - daily
    past = hours_past(forecast, tz) if daily else 0
    cold, maybe = _cold(forecast, below, quantity, tz)
    long = (tuple(Run(a, b, number) for a, b in found if b - a + (0 if a else past) >= need) for number, found in cold)
    certain = tuple(runs for runs in long if runs)
    possible: Counter[tuple[tuple[float, float], ...]] = Counter()
    for (found, length), count in maybe.items():
        possible[_endless(found, length, need)] += count
    spans = {(run.first, run.end) for runs in certain for run in runs}.union(*possible)
    return Runs(certain, possible, sorted({first for first, _ in spans}), sorted({end for _, end in spans}))


def series_of(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Sequence[tuple[Series, float | None]]:
    """Return the quantity of each member, with its lowest value, or None where an hour is missing."""
    key = ("series", quantity, tz)
    known: Sequence[tuple[Series, float | None]] | None = forecast.memo.get(key)
    if known is None:
        series = forecast.members if quantity == "temperature" else _reckon(forecast, quantity, tz)
        known = forecast.memo[key] = [(one, _least(one) if None not in one else None) for one in series]
    return known


def _reckon(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Iterator[Series]:
    if quantity == "wind_chill":
        nothing: Series = (None,) * max(map(len, forecast.members))
        winds = forecast.wind or (nothing,) * len(forecast.members)
        yield from (chills(member, wind[: len(member)]) for member, wind in zip(forecast.members, winds, strict=True))
        return
    days = local_days(forecast, tz).values()
    for member in forecast.members:
        hours: list[float | None] = []
        for day in days:
            hours += [day.mean(member)] * day.length
        yield tuple(hours[: len(member)])


class _Bounds(NamedTuple):
    """A member with what is missing taken as warm, the lowest that is known, the same taken as cold, and when it is missing.

    Of a day under way of which the forecast has too little for a mean, the rest says whether it may be cold: the hours before
    are past, and freeze nobody any more.
    """

    warmest: Sequence[float]
    lowest: float
    coldest: Sequence[float]
    missing: Stretches


def _bounds(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Sequence[_Bounds]:
    key = ("bounds", quantity, tz)
    known: Sequence[_Bounds] | None = forecast.memo.get(key)
    if known is None:
        today = next(iter(local_days(forecast, tz).values()), None) if quantity == "daily_mean" else None
        rests = [(today.length, today.rest(member)) if today else (0, None) for member in forecast.members]
        found = zip(series_of(forecast, quantity, tz), rests, strict=True)
        known = forecast.memo[key] = [_bound(series, lowest, rest) for (series, lowest), rest in found]
    return known


def _bound(series: Series, lowest: float | None, rest: tuple[int, float | None]) -> _Bounds:
    if lowest is not None:
        whole = cast("tuple[float, ...]", series)
        return _Bounds(whole, lowest, whole, ())
    warmest = [math.inf if value is None else value for value in series]
    coldest = [-math.inf if value is None else value for value in series]
    if rest[1] is not None:
        coldest[: rest[0]] = [rest[1]] * rest[0]
    missing = _marked(bytes(value == -math.inf for value in coldest))
    return _Bounds(warmest, min((value for value in coldest if value > -math.inf), default=math.inf), coldest, missing)


Cold = tuple[list[tuple[int, Stretches]], Counter[tuple[Stretches, int]]]
"""The members that are cold at times, and when; and when members may be, with their length and how many they are."""


def _cold(forecast: Forecast, below: float, quantity: str, tz: ZoneInfo) -> Cold:
    """Return when it is cold, and when it may be, worked out once for all lengths asked for."""
    key = ("cold", below, quantity, tz)
    known: Cold | None = forecast.memo.get(key)
    if known is None:
        found = [(_stretches(bounds, below), len(bounds.warmest)) for bounds in _bounds(forecast, quantity, tz)]
        cold = [(number, certain) for number, ((certain, _), _) in enumerate(found) if certain]
        known = forecast.memo[key] = cold, Counter((maybe, length) for (_, maybe), length in found)
    return known


def _stretches(bounds: _Bounds, below: float) -> tuple[Stretches, Stretches]:
    """Return the stretches that are cold, and those that may be."""
    # most members of most winters are too warm, and this is asked of every one
    if bounds.lowest > below:
        return (), bounds.missing
    cold = _marked(bytes(map(below.__ge__, bounds.warmest)))
    return cold, cold if bounds.coldest is bounds.warmest else _marked(bytes(map(below.__ge__, bounds.coldest)))


def _marked(hours: bytes) -> Stretches:
    """Return where the ones of a row of noughts and ones begin and end."""
    found, first = [], hours.find(1)
    while first >= 0:
        end = hours.find(0, first)
        end = len(hours) if end < 0 else end
        found.append((first, end))
        first = hours.find(1, end)
    return tuple(found)


def _endless(stretches: Stretches, length: int, need: float) -> tuple[tuple[float, float], ...]:
    """Return those that are long enough, with what is not known at either end: before the forecast's start and after its end."""
    head = max((b for a, b in stretches if a == 0), default=0)
    tail = min((a for a, b in stretches if b == length), default=length)
    if head >= length:
        return ((-math.inf, math.inf),)
    inner = tuple((a, b) for a, b in stretches if a > 0 and b < length and b - a >= need) if stretches else ()
    return ((-math.inf, head), *inner, (tail, math.inf))


def _least(values: Sequence[float | None]) -> float | None:
    return min([value for value in values if value is not None], default=None)


def lowest(forecast: Forecast, run: Run) -> tuple[float, float | None]:
    """Return the lowest air temperature and wind chill of a run, worked out once."""
    known: tuple[float, float | None] | None = forecast.memo.get(run)
    if known is None:
        hours = slice(run.first, run.end)
        air = forecast.members[run.member][hours]
        felt = _least(chills(air, forecast.wind[run.member][hours])) if forecast.wind else None
        known = forecast.memo[run] = (_least(air) or 0.0, felt)
    return known
