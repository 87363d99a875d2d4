"""Open-Meteo: forecasts of one or several models, with ensemble members, for all places in one request."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Any

from alerter.domain.model import Forecast
from alerter.sources.weather import Fetching, Place, WeatherError, read_json, retry_after, utc

_TEMPERATURE = "temperature_2m"
_WIND = "wind_speed_10m"
_HOUR = timedelta(hours=1)
_OK = 200
_MOST_HOURS = 24 * 120
_WIND_FACTORS = {"m/s": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 1852 / 3600}

Series = tuple[float | None, ...]


def request(base_url: str, places: Sequence[Place], *, models: Sequence[str], days: int) -> tuple[str, dict[str, str]]:
    """Return the URL and the form of one request for all `places`."""
    form = {
        "latitude": ",".join(f"{place.latitude:.4f}" for place in places),
        "longitude": ",".join(f"{place.longitude:.4f}" for place in places),
        "hourly": f"{_TEMPERATURE},{_WIND}",
        "timeformat": "iso8601",
        "timezone": "GMT",
        "wind_speed_unit": "ms",
        "temperature_unit": "celsius",
        "past_days": "1",
        "forecast_days": str(days),
    }
    return base_url, form | ({"models": ",".join(models)} if models else {})


def fetch(
    fetcher: Fetching,
    base_url: str,
    places: Sequence[Place],
    *,
    models: Sequence[str],
    days: int,
    provider: str,
    now: datetime,
) -> tuple[Forecast, ...]:
    """Return the forecasts for all places, or raise `WeatherError` with the wait that the server asks for."""
    url, form = request(base_url, places, models=models, days=days)
    response = fetcher.fetch(url, headers={"Accept": "application/json"}, data=form)
    if response.status != _OK:
        reason = _reason(response.body) or f"HTTP {response.status}"
        raise WeatherError(reason, retry_window(reason, now) or retry_after(response.headers, now))
    return parse(response.body, places, provider=provider, observed=now)


def retry_window(reason: str, now: datetime) -> timedelta | None:
    """Return how long to wait for the limit that `reason` names: the counters are a minute, an hour, a UTC day."""
    lower = reason.lower()
    if "minutely" in lower:
        return timedelta(seconds=60)
    if "hourly" in lower:
        return timedelta(hours=1)
    if "daily" in lower and "limit" in lower:
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=1) - now
    return timedelta(seconds=10) if "concurrent" in lower else None


def parse(body: bytes, places: Sequence[Place], *, provider: str, observed: datetime) -> tuple[Forecast, ...]:
    """Return one forecast a place, in the order asked; anything doubtful is refused with a `WeatherError`."""
    answer = read_json(body)
    if isinstance(answer, dict) and answer.get("error"):
        reason = str(answer.get("reason", "error without a reason"))
        raise WeatherError(reason, retry_window(reason, observed))
    locations = answer if isinstance(answer, list) else [answer]
    if len(locations) != len(places):
        raise WeatherError(f"{len(locations)} locations for {len(places)} places")
    try:
        return tuple(_forecast(one, place, provider, observed) for one, place in zip(locations, places, strict=True))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise WeatherError(f"unexpected shape: {type(error).__name__} {error}") from error


def _reason(body: bytes) -> str | None:
    try:
        answer = read_json(body)
    except WeatherError:
        return None
    return str(answer["reason"]) if isinstance(answer, dict) and answer.get("reason") else None


def _forecast(location: Mapping[str, Any], place: Place, provider: str, observed: datetime) -> Forecast:
    hourly, units = location.get("hourly"), location.get("hourly_units", {})
    if not isinstance(hourly, dict) or not hourly.get("time"):
        raise WeatherError(f"no hours for {place.region}")
    start = _start(hourly["time"], int(location.get("utc_offset_seconds", 0)))
    keys = [key for key in hourly if key == _TEMPERATURE or key.startswith(_TEMPERATURE + "_")]
    hours = len(hourly["time"])
    members = {key: _series(hourly[key], hours, _celsius(units.get(key))) for key in keys}
    members = {key: series for key, series in members.items() if any(value is not None for value in series)}
    if not members:
        raise WeatherError(f"no temperature for {place.region}")
    wind = tuple(_wind(hourly, units, key.replace(_TEMPERATURE, _WIND, 1), hours) for key in members)
    known = any(value is not None for series in wind for value in series)
    return Forecast(
        provider=provider,
        region=place.region,
        start=start,
        members=tuple(members.values()),
        observed=observed,
        wind=wind if known else (),
        point=place.point,
    )


def _start(times: Sequence[Any], offset: int) -> datetime:
    """Return the first hour in UTC. ISO times are local to `offset`; unixtime is UTC already."""
    if len(times) > _MOST_HOURS:
        raise WeatherError(f"{len(times)} hours are too many")
    if isinstance(times[0], str):
        moments = [utc(time) for time in times]
        start = moments[0] - timedelta(seconds=offset)
    else:
        moments = [datetime.fromtimestamp(time, UTC) for time in times]
        start = moments[0]
    if any(later - earlier != _HOUR for earlier, later in pairwise(moments)):
        raise WeatherError("hours are not consecutive")
    return start


def _celsius(unit: object) -> tuple[float, float]:
    if unit == "°C":
        return 1.0, 0.0
    if unit == "°F":
        return 5 / 9, -160 / 9
    raise WeatherError(f"temperature in {unit!r}")


def _wind(hourly: Mapping[str, Any], units: Mapping[str, Any], key: str, hours: int) -> Series:
    if key not in hourly:
        return (None,) * hours
    if units.get(key) not in _WIND_FACTORS:
        raise WeatherError(f"wind in {units.get(key)!r}")
    return _series(hourly[key], hours, (_WIND_FACTORS[units[key]], 0.0))


def _series(values: Sequence[Any], hours: int, scale: tuple[float, float]) -> Series:
    factor, shift = scale
    if len(values) > hours:
        raise WeatherError(f"{len(values)} values for {hours} hours")
    return tuple(
        None if value is None or not math.isfinite(value) else value * factor + shift
        for value, _ in zip_longest(values, range(hours))
    )
