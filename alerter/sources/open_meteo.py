"""Open-Meteo: forecasts of one or several models, with ensemble members, for all places in one request."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Any

from alerter.domain.model import Forecast
from alerter.sources.weather import CELSIUS, METRES_A_SECOND, Answers, Fetching, Place, WeatherError, read_json, retry_after, utc

_TEMPERATURE = "temperature_2m"
_WIND = "wind_speed_10m"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_OK = 200
_MOST_HOURS = 24 * 120
_WIND_FACTORS = {"m/s": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 1852 / 3600}
# 80 places, 91 members, 16 days, two variables of about six characters each
_LARGEST_BODY = 64_000_000
_SLOWEST = 90.0  # seconds: such an answer is computed while it is sent

Series = tuple[float | None, ...]


def request(base_url: str, places: Sequence[Place], *, models: Sequence[str], days: int) -> tuple[str, dict[str, str]]:
    """Return the URL and the form of one request for all `places`; it is sent by POST, for lists of places are long.

    It begins with yesterday, so that a spell under way and the mean of today are known from their beginning.
    """
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
) -> Answers:
    """Return the forecasts of all places that can be read, with the members of all `models` pooled.

    Raises:
        WeatherError: when there is no usable answer at all, with the wait that the server asks for.
    """
    url, form = request(base_url, places, models=models, days=days)
    headers = {"Accept": "application/json"}
    response = fetcher.fetch(url, headers=headers, data=form, deadline=_SLOWEST, limit=_LARGEST_BODY)
    if response.status != _OK:
        reason = _reason(response.body) or f"HTTP {response.status}"
        raise WeatherError(reason, retry_window(reason, now) or retry_after(response.headers, now))
    return parse(response.body, places, provider=provider, observed=now)


def retry_window(reason: str, now: datetime) -> timedelta | None:
    """Return how long to wait for the limit that `reason` names: counters are of a minute, a UTC hour, a UTC day."""
    lower = reason.lower()
    if "concurrent" in lower:
        return timedelta(seconds=10)
    if "limit exceeded" not in lower:
        return None
    moment = now.astimezone(UTC)
    if "minutely" in lower:
        return timedelta(minutes=1)
    if "hourly" in lower:
        return moment.replace(minute=0, second=0, microsecond=0) + _HOUR - now
    if "daily" in lower:
        return moment.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY - now
    return None


def parse(body: bytes, places: Sequence[Place], *, provider: str, observed: datetime) -> Answers:
    """Return one forecast a place, in the order asked, and the places whose part is doubtful with the reason.

    Raises:
        WeatherError: when no part of the answer can be used.
    """
    answer = read_json(body)
    if isinstance(answer, dict) and answer.get("error"):
        reason = str(answer.get("reason", "error without a reason"))
        raise WeatherError(reason, retry_window(reason, observed))
    locations = answer if isinstance(answer, list) else [answer]
    if len(locations) != len(places):
        raise WeatherError(f"{len(locations)} locations for {len(places)} places")
    found: list[Forecast] = []
    refused: dict[Place, str] = {}
    for location, place in zip(locations, places, strict=True):
        try:
            found.append(_forecast(location, place, provider, observed))
        except WeatherError as error:
            refused[place] = error.reason
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            refused[place] = f"unexpected shape: {type(error).__name__} {error}"
    if not found:
        raise WeatherError(next(iter(refused.values()), "no places"))
    return Answers(tuple(found), refused)


def _reason(body: bytes) -> str | None:
    try:
        answer = read_json(body)
    except WeatherError:
        return None
    return str(answer["reason"]) if isinstance(answer, dict) and answer.get("reason") else None


def _forecast(location: Mapping[str, Any], place: Place, provider: str, observed: datetime) -> Forecast:
    hourly, units = location.get("hourly"), location.get("hourly_units", {})
    if not isinstance(hourly, dict) or not hourly.get("time"):
        raise WeatherError("no hours")
    start = _start(hourly["time"], int(location.get("utc_offset_seconds", 0)))
    keys = [key for key in hourly if key == _TEMPERATURE or key.startswith(_TEMPERATURE + "_")]
    hours = len(hourly["time"])
    members = {key: _series(hourly[key], hours, _celsius(units.get(key)), CELSIUS) for key in keys}
    members = {key: series for key, series in members.items() if any(value is not None for value in series)}
    if not members:
        raise WeatherError("no temperature")
    wind = tuple(_wind(hourly, units, key.replace(_TEMPERATURE, _WIND, 1), hours) for key in members)
    known = any(value is not None for series in wind for value in series)
    # asked for from yesterday on: what begins before that was made on an earlier day, by a server or cache that stands still
    latest = start + 2 * _DAY
    return Forecast(
        provider=provider,
        region=place.region,
        start=start,
        members=tuple(members.values()),
        observed=observed,
        wind=wind if known else (),
        issued=latest if latest < observed else None,
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
    return _series(hourly[key], hours, (_WIND_FACTORS[units[key]], 0.0), METRES_A_SECOND)


def _series(values: Sequence[Any], hours: int, scale: tuple[float, float], bounds: tuple[float, float]) -> Series:
    """Return a value an hour; None where it is missing, or is nothing that can be (`bounds`)."""
    if len(values) > hours:
        raise WeatherError(f"{len(values)} values for {hours} hours")
    (factor, shift), (low, high) = scale, bounds
    lowest, highest = (low - shift) / factor, (high - shift) / factor
    known = (
        value if value is not None and lowest <= value <= highest else None for value, _ in zip_longest(values, range(hours))
    )
    if scale == (1.0, 0.0):
        # left as they are, equal numbers share one object: members are most of the daemon's memory
        return tuple(known)
    return tuple(None if value is None else value * factor + shift for value in known)
