"""When it is cold in each member of a forecast, and when it may be: found once, asked for again and again."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from alerter.domain.model import Forecast
from alerter.domain.quantities import HOUR, LocalDay, Series, chills, hours_past, local_days

_DAY_HOURS = 24
_ONES = re.compile(b"\x01+")
Stretches = tuple[tuple[int, int], ...]


class Run(NamedTuple):
    """Hours `first` to `end` (exclusive) of one member in which it is cold."""

    first: int
    end: int
    member: int


class Runs(NamedTuple):
    """When it is cold for long enough, in the members in which it is, and when it may be, with how many members think so.

    `firsts` and `ends` are the hours at which any of it begins and ends, in order. Of what begins after hour `seen` nothing
    is said.
    """

    certain: tuple[tuple[Run, ...], ...]
    possible: Counter[tuple[tuple[float, float], ...]]
    firsts: Sequence[float]
    ends: Sequence[float]
    seen: int


def find_runs(forecast: Forecast, *, below: float, lasting: timedelta, quantity: str, tz: ZoneInfo, until: int) -> Runs:
    """Return when `quantity` is at or below `below` for `lasting`, where that begins by hour `until`, worked out once."""
    # whole days, and one more: until the next forecast comes the present moves on, and the same answer serves
    seen = max(0, until // _DAY_HOURS + 2) * _DAY_HOURS
    key = (below, lasting, quantity, tz, seen)
    known: Runs | None = forecast.memo.get(key)
    if known is None:
        known = forecast.memo[key] = _find_runs(forecast, below, lasting, quantity, tz, seen)
    return known


def _find_runs(forecast: Forecast, below: float, lasting: timedelta, quantity: str, tz: ZoneInfo, seen: int) -> Runs:
    # days are whole, so the one of 23 hours must count as a day
    daily = quantity == "daily_mean"
    need = lasting / HOUR - daily
    past = hours_past(forecast, tz) if daily else 0
    cold, maybe = _cold(forecast, below, quantity, tz, seen)
    long = (tuple(Run(a, b, number) for a, b in found if b - a + (0 if a else past) >= need) for number, found in cold)
    certain = tuple(runs for runs in long if runs)
    possible: Counter[tuple[tuple[float, float], ...]] = Counter()
    for (found, length), count in maybe.items():
        possible[_endless(found, length, need)] += count
    spans = {(run.first, run.end) for runs in certain for run in runs}.union(*possible)
    return Runs(certain, possible, sorted({first for first, _ in spans}), sorted({end for _, end in spans}), seen)


def series_of(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Sequence[tuple[Series, float | None]]:
    """Return the quantity of each member, with its lowest value, or None where one is missing: of each hour, or local day."""
    key = ("series", quantity, tz)
    known: Sequence[tuple[Series, float | None]] | None = forecast.memo.get(key)
    if known is None:
        series = forecast.members if quantity == "temperature" else _reckon(forecast, quantity, tz)
        known = forecast.memo[key] = [
            (one, None if None in one else min(cast("tuple[float, ...]", one), default=None)) for one in series
        ]
    return known


def _reckon(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Iterator[Series]:
    if quantity == "wind_chill":
        nothing: Series = (None,) * max(map(len, forecast.members))
        winds = forecast.wind or (nothing,) * len(forecast.members)
        yield from (chills(member, wind[: len(member)]) for member, wind in zip(forecast.members, winds, strict=True))
        return
    days = local_days(forecast, tz).values()
    for member in forecast.members:
        yield tuple(day.mean(member) for day in days if day.first < len(member))


class _Bounds(NamedTuple):
    """A member with what is missing taken as warm, the lowest that is known, the same taken as cold, and when it is missing.

    `edges` are the hours at which each value begins, and at which the last ends; None where each is of an hour. Of a day under
    way of which the forecast has too little for a mean, the rest says whether it may be cold: the hours before are past, and
    freeze nobody any more.
    """

    warmest: Sequence[float]
    lowest: float
    coldest: Sequence[float]
    missing: Stretches
    edges: Sequence[int] | None
    length: int


def _bounds(forecast: Forecast, quantity: str, tz: ZoneInfo) -> Sequence[_Bounds]:
    key = ("bounds", quantity, tz)
    known: Sequence[_Bounds] | None = forecast.memo.get(key)
    if known is None:
        series = series_of(forecast, quantity, tz)
        days = tuple(local_days(forecast, tz).values()) if quantity == "daily_mean" else ()
        known = forecast.memo[key] = [
            _bound(values, lowest, member, days) for (values, lowest), member in zip(series, forecast.members, strict=True)
        ]
    return known


def _bound(series: Series, lowest: float | None, member: Series, days: Sequence[LocalDay]) -> _Bounds:
    length = len(member)
    edges = (*(day.first for day in days if day.first < length), length) if days else None
    if lowest is not None:
        whole = cast("tuple[float, ...]", series)
        return _Bounds(whole, lowest, whole, (), edges, length)
    warmest = [math.inf if value is None else value for value in series]
    coldest = [-math.inf if value is None else value for value in series]
    if days and (rest := days[0].rest(member)) is not None:
        coldest[0] = rest
    missing = _marked(bytes(value == -math.inf for value in coldest), edges)
    return _Bounds(
        warmest, min((value for value in coldest if value > -math.inf), default=math.inf), coldest, missing, edges, length
    )


Cold = tuple[list[tuple[int, Stretches]], Counter[tuple[Stretches, int]]]
"""The members that are cold at times, and when; and when members may be, with their length and how many they are."""


def _cold(forecast: Forecast, below: float, quantity: str, tz: ZoneInfo, seen: int) -> Cold:
    """Return when it is cold, and when it may be, worked out once for all lengths asked for."""
    key = ("cold", below, quantity, tz, seen)
    known: Cold | None = forecast.memo.get(key)
    if known is None:
        found = [(_stretches(bounds, below, seen), bounds.length) for bounds in _bounds(forecast, quantity, tz)]
        cold = [(number, certain) for number, ((certain, _), _) in enumerate(found) if certain]
        known = forecast.memo[key] = cold, Counter((maybe, length) for (_, maybe), length in found)
    return known


def _stretches(bounds: _Bounds, below: float, seen: int) -> tuple[Stretches, Stretches]:
    """Return the stretches that are cold, and those that may be, of those that begin by hour `seen`."""
    # most members of most winters are too warm, and this is asked of every one
    if bounds.lowest > below:
        return (), bounds.missing
    cold = _marked(_where(bounds.warmest, below, seen), bounds.edges)
    if bounds.coldest is bounds.warmest:
        return cold, cold
    return cold, _marked(_where(bounds.coldest, below, seen), bounds.edges)


def _where(values: Sequence[float], below: float, seen: int) -> bytes:
    """Mark what is cold, to the end of the stretch that begins by hour `seen` the last."""
    marks = bytes([value <= below for value in values[: seen + 1]])
    return marks + b"\x01" * sum(1 for _ in takewhile(below.__ge__, values[seen + 1 :])) if marks[-1:] == b"\x01" else marks


def _marked(values: bytes, edges: Sequence[int] | None) -> Stretches:
    """Return where the ones of a row of noughts and ones begin and end, in hours."""
    found = [match.span() for match in _ONES.finditer(values)]
    return tuple((edges[a], edges[b]) for a, b in found) if edges else tuple(found)


def _endless(stretches: Stretches, length: int, need: float) -> tuple[tuple[float, float], ...]:
    """Return those that are long enough, with what is not known at either end: before the forecast's start and after its end."""
    if not stretches:
        return ((-math.inf, 0), (length, math.inf)) if length else ((-math.inf, math.inf),)
    (first, head), (tail, last) = stretches[0], stretches[-1]
    head, tail = 0 if first else head, length if last < length else tail
    if head >= length:
        return ((-math.inf, math.inf),)
    inner = tuple((a, b) for a, b in stretches if a > 0 and b < length and b - a >= need)
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
