"""Journals from archives: forecasts as they were issued, or, said aloud, weather that came; and news as it was published.

**Previous runs.** Open-Meteo's previous-runs API gives for every hour the value that was forecast 24, 48, … 168 hours
before it (`temperature_2m_previous_day1` … `7`). What was known at a moment M of an hour t after it is therefore the
value of the smallest whole day n with t - 24 n h <= M: issued at or before M, never after. Such a forecast is stitched
from seven runs and is at most a day staler than the real one, so lead times come out short rather than long.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

from alerter.config.load import ConfigError
from alerter.config.yamlfile import Problem
from alerter.domain.model import Forecast
from alerter.sources.weather import Fetching, Place, WeatherError, read_json

PREVIOUS_RUNS = "https://previous-runs-api.open-meteo.com/v1/forecast"
REACH = 7
"""Days that the previous runs look ahead; the API gives no more."""

CAME = "the weather that came"
"""What stands in the provider's place in a journal of weather that came: messages name it, so none looks like a forecast."""

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_CHUNK = timedelta(days=31)
_KEY = "temperature_2m_previous_day"
_OK = 200

Series = dict[datetime, tuple[float | None, ...]]
"""By hour: what was forecast for it 1, 2, … days before; or one value, what came."""


def previous_runs(
    fetcher: Fetching, base_url: str, places: Sequence[Place], first: datetime, last: datetime
) -> Iterator[tuple[Place, Series]]:
    """Yield, for each place and each month or less, what was forecast for every hour from `first` to `last` and a week on.

    Raises:
        WeatherError: when the API does not answer as it says.
    """
    begin = first
    while begin <= last:
        end = min(begin + _CHUNK, last)
        yield from zip(places, _ask(fetcher, base_url, places, begin, end + REACH * _DAY), strict=True)
        begin = end + _HOUR


def _ask(fetcher: Fetching, base_url: str, places: Sequence[Place], first: datetime, last: datetime) -> list[Series]:
    form = {
        "latitude": ",".join(f"{place.latitude:.4f}" for place in places),
        "longitude": ",".join(f"{place.longitude:.4f}" for place in places),
        "hourly": ",".join(f"{_KEY}{day}" for day in range(1, REACH + 1)),
        "start_date": f"{first:%Y-%m-%d}",
        "end_date": f"{last:%Y-%m-%d}",
        "timezone": "GMT",
    }
    response = fetcher.fetch(base_url, headers={"Accept": "application/json"}, data=form, deadline=90.0, limit=64_000_000)
    answer = read_json(response.body)
    if response.status != _OK or (isinstance(answer, dict) and answer.get("error")):
        raise WeatherError(str(answer.get("reason")) if isinstance(answer, dict) else f"HTTP {response.status}")
    locations = answer if isinstance(answer, list) else [answer]
    if len(locations) != len(places):
        raise WeatherError(f"{len(locations)} locations for {len(places)} places")
    return [_series(location) for location in locations]


def _series(location: Mapping[str, Any]) -> Series:
    try:
        hourly, units = location["hourly"], location["hourly_units"]
        keys = [f"{_KEY}{day}" for day in range(1, REACH + 1)]
        if any(units[key] != "°C" for key in keys):
            raise WeatherError("temperatures are not in °C")
        times = [datetime.fromisoformat(time).replace(tzinfo=UTC) for time in hourly["time"]]
        return dict(zip(times, zip(*(hourly[key] for key in keys), strict=True), strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise WeatherError(f"unexpected shape: {type(error).__name__} {error}") from error


def as_issued(
    series: Series, region: str, point: str, moments: Sequence[datetime], delay: timedelta, provider: str
) -> Iterator[Forecast]:
    """Yield the forecast that was known at each of `moments`, observed `delay` later: models take hours to be published."""
    for moment in moments:
        hours = [moment + hour * _HOUR for hour in range(24 * REACH)]
        members = tuple(_known(series.get(hour), hour - moment) for hour in hours)
        if any(value is not None for value in members):
            yield Forecast(provider, region, moment, (members,), moment + delay, issued=moment, point=point)


def _known(values: tuple[float | None, ...] | None, ahead: timedelta) -> float | None:
    day = max(1, ceil(ahead / _DAY))
    return values[day - 1] if values and day <= len(values) else None


def as_came(series: Series, region: str, point: str, moments: Sequence[datetime]) -> Iterator[Forecast]:
    """Yield for each moment a forecast that knows what came, from the day before to a week ahead. No forecast is that good."""
    for moment in moments:
        hours = [moment + hour * _HOUR for hour in range(-24, 24 * REACH)]
        members = tuple((series.get(hour) or (None,))[0] for hour in hours)
        if any(value is not None for value in members[24:]):
            yield Forecast(CAME, region, hours[0], (members,), moment, issued=moment, point=point)


def read_temperatures(path: Path, columns: Mapping[str, Sequence[tuple[str, str]]]) -> dict[tuple[str, str], Series]:
    """Return hourly temperatures (°C) by region and point; the first column is the hour, in UTC unless it says otherwise.

    `columns` maps the header of a column to regions and points; other columns are left out.

    Raises:
        ConfigError: with every mistake of every line.
        OSError: when the file cannot be read.
    """
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        wanted = [(index, place) for index, name in enumerate(header) if index for place in columns.get(name, ())]
        if not wanted:
            what = f"names no known place in {header[1:]}; write names of points or codes of regions.yaml, or use --column"
            raise ConfigError([Problem(str(path), 1, "(header)", what)])
        found: dict[tuple[str, str], Series] = {place: {} for _, place in wanted}
        for row in filter(None, reader):
            _read_row(row, wanted, found, problems, (str(path), reader.line_num))
    times = sorted(next(iter(found.values())))
    if any(later - earlier < _HOUR for earlier, later in pairwise(times)):
        problems.append(Problem(str(path), 1, "(times)", "are closer than an hour; write one line an hour"))
    if problems:
        raise ConfigError(problems)
    return found


def _read_row(
    row: list[str],
    wanted: Sequence[tuple[int, tuple[str, str]]],
    found: dict[tuple[str, str], Series],
    problems: list[Problem],
    at: tuple[str, int],
) -> None:
    try:
        hour = datetime.fromisoformat(row[0])
        hour = hour.astimezone(UTC) if hour.tzinfo else hour.replace(tzinfo=UTC)
        for index, place in wanted:
            text = row[index].strip()
            found[place][hour] = (float(text) if text else None,)
    except (ValueError, IndexError) as error:
        problems.append(Problem(*at, "(row)", f"{error}; write the hour like 2023-01-05 06:00, then degrees Celsius or nothing"))
