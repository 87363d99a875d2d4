"""MET Norway Locationforecast 2.0: one deterministic forecast a place; the fallback."""

import itertools
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerter.domain.model import Forecast
from alerter.sources.http import FetchError
from alerter.sources.weather import (
    CELSIUS,
    METRES_A_SECOND,
    Answers,
    Fetching,
    Place,
    WeatherError,
    header,
    http_date,
    read_json,
    retry_after,
    utc,
)

BASE_URL = "https://api.met.no/weatherapi/locationforecast/2.0/compact"

_HOUR = timedelta(hours=1)
_LONGEST_STEP = 6  # hours; a longer gap stays unknown
_MOST_HOURS = 24 * 30
_UNITS = (("air_temperature", "celsius"), ("wind_speed", "m/s"))
_SPACING = timedelta(milliseconds=100)  # the terms allow 20 requests a second
_MOST_FAILURES = 3  # in a row: the service is ill, and asking on would only hold up the rest
_THROTTLED_WAIT = timedelta(minutes=10)
_OK, _DEPRECATED, _UNCHANGED, _FORBIDDEN, _THROTTLED = 200, 203, 304, 403, 429


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast with what the terms of service ask to remember: when not to ask again, and what to ask with."""

    forecast: Forecast
    expires: datetime | None
    last_modified: str | None


def request(base_url: str, place: Place, *, contact: str, kept: Kept | None = None) -> tuple[str, dict[str, str]]:
    """Return URL and headers. More than four decimals, or no contact in the User-Agent, is answered with 403."""
    headers = {"User-Agent": f"alerter/0.1 {contact}", "Accept": "application/json"}
    if kept and kept.last_modified:
        headers["If-Modified-Since"] = kept.last_modified
    return f"{base_url}?lat={place.latitude:.4f}&lon={place.longitude:.4f}", headers


def fetch_all(
    fetcher: Fetching,
    places: Sequence[Place],
    *,
    contact: str,
    now: datetime,
    kept: MutableMapping[Place, Kept],
    pause: Callable[[timedelta], None],
    provider: str = "met-norway",
    base_url: str = BASE_URL,
) -> Answers:
    """Ask for one place after the other, and only for those whose forecast has expired; `kept` is brought up to date.

    A place that is refused loses no other's forecast. After several failures in a row, or when the service asks to be
    left alone, the rest is not asked for. Waits between requests by `pause`.

    Raises:
        WeatherError: when every place that was asked for failed.
    """
    found: list[Forecast] = []
    refused: dict[Place, str] = {}
    unchanged = failures = 0
    wait: timedelta | None = None
    for place in places:
        before = kept.get(place)
        if wait is not None or failures >= _MOST_FAILURES:
            refused[place] = "not asked for, after failures"
        elif before and before.expires and now < before.expires:
            unchanged += 1
        else:
            pause(_SPACING)
            try:
                kept[place] = fetch(fetcher, place, contact=contact, now=now, kept=before, provider=provider, base_url=base_url)
            except (WeatherError, FetchError) as error:
                refused[place] = str(error)
                wait, failures = getattr(error, "retry_after", None), failures + 1
                continue
            failures = 0
            if before and kept[place].forecast is before.forecast:
                unchanged += 1
            else:
                found.append(kept[place].forecast)
    if refused and not found and not unchanged:
        raise WeatherError(next(iter(refused.values())), wait)
    return Answers(tuple(found), refused, unchanged, wait)


def fetch(
    fetcher: Fetching,
    place: Place,
    *,
    contact: str,
    now: datetime,
    kept: Kept | None = None,
    provider: str = "met-norway",
    base_url: str = BASE_URL,
) -> Kept:
    """Return the forecast for one place; the same one as in `kept` when the server says that it has not changed."""
    url, headers = request(base_url, place, contact=contact, kept=kept)
    response = fetcher.fetch(url, headers=headers)
    expires = http_date(header(response.headers, "Expires"))
    if response.status == _UNCHANGED and kept:
        return Kept(kept.forecast, expires, kept.last_modified)
    if response.status not in {_OK, _DEPRECATED}:
        wait = retry_after(response.headers, now)
        raise WeatherError(_refusal(response.status), wait or (_THROTTLED_WAIT if response.status == _THROTTLED else None))
    forecast = parse(response.body, place, observed=now, provider=provider)
    return Kept(forecast, expires, header(response.headers, "Last-Modified"))


def parse(body: bytes, place: Place, *, observed: datetime, provider: str = "met-norway") -> Forecast:
    """Return the forecast of a compact or complete body.

    The first two or three days are hourly, the rest comes every six hours. Hours between two values at most six
    hours apart are interpolated linearly: this can miss the very minimum of a night by a degree or two, while
    holding a value for six hours would shift onsets. Longer gaps stay None. `issued` is the `updated_at` of the body.
    """
    answer = read_json(body)
    try:
        properties = answer["properties"]
        _check_units(properties["meta"]["units"])
        steps = [(utc(step["time"]), step["data"]["instant"]["details"]) for step in properties["timeseries"]]
        if not any(details.get("air_temperature") is not None for _, details in steps):
            raise WeatherError("no temperature")
        start = steps[0][0]
        wind = _hourly(steps, start, "wind_speed", METRES_A_SECOND)
        return Forecast(
            provider=provider,
            region=place.region,
            start=start,
            members=(_hourly(steps, start, "air_temperature", CELSIUS),),
            observed=observed,
            wind=(wind,) if any(value is not None for value in wind) else (),
            issued=utc(properties["meta"]["updated_at"]),
            point=place.point,
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise WeatherError(f"unexpected shape: {type(error).__name__} {error}") from error


def _refusal(status: int) -> str:
    hints = {_FORBIDDEN: " (User-Agent without contact, or too many decimals)", _THROTTLED: " (too many requests)"}
    return f"HTTP {status}{hints.get(status, '')}"


def _check_units(units: Any) -> None:
    for name, unit in _UNITS:
        if units.get(name, unit) != unit:
            raise WeatherError(f"{name} in {units[name]!r}")


def _hourly(
    steps: Sequence[tuple[datetime, Any]], start: datetime, name: str, bounds: tuple[float, float]
) -> tuple[float | None, ...]:
    low, high = bounds
    known = [((time - start) // _HOUR, details.get(name)) for time, details in steps]
    last = known[-1][0]
    if last > _MOST_HOURS or any(b <= a for (a, _), (b, _) in itertools.pairwise(known)):
        raise WeatherError("hours are out of order")
    series: list[float | None] = [None] * (last + 1)
    for hour, value in known:
        series[hour] = float(value) if value is not None and low <= value <= high else None
    for (a, _), (b, _) in itertools.pairwise(known):
        before, after = series[a], series[b]
        if before is not None and after is not None and b - a <= _LONGEST_STEP:
            for hour in range(a + 1, b):
                series[hour] = before + (after - before) * (hour - a) / (b - a)
    return tuple(series)
