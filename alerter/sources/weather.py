"""What all weather providers share: the places asked for, the errors, and the little they need of a fetcher."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Protocol

from alerter.domain.model import Forecast


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a region for which weather is asked."""

    region: str
    point: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What a provider said: forecasts, the places it refused with the reason, and how many it says have not changed.

    `retry_after` is how long it wants to be left alone.
    """

    forecasts: tuple[Forecast, ...]
    refused: Mapping[Place, str] = field(default_factory=dict)
    unchanged: int = 0
    retry_after: timedelta | None = None


class WeatherError(Exception):
    """A provider gave no usable answer. `retry_after` is how long it wants to be left alone, if it said so."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Response(Protocol):
    """An HTTP response, read to its end."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""

    @property
    def body(self) -> bytes:
        """The body, decompressed."""


class Fetching(Protocol):
    """Whatever fetches a URL: GET without `data`, POST of the form with it."""

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        deadline: float = 20.0,
        limit: int = 5_000_000,
    ) -> Response:
        """Return the response, whatever its status, read to its end within `deadline` seconds and `limit` bytes."""


CELSIUS, METRES_A_SECOND = (-90.0, 60.0), (0.0, 120.0)
"""What has been measured on Earth (WMO: -89.2 to 56.7 degrees; gusts of 113 m/s). A -999 stands for nothing known."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_number = lru_cache(maxsize=1 << 14)(float)


def read_json(body: bytes) -> Any:
    """Return the parsed body; text that is no JSON is refused with its end, where servers put their errors.

    Equal numbers are one object: a million hours of members hold only a few thousand different temperatures.
    """
    try:
        answer = json.loads(body, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise WeatherError(f"no JSON: …{body[-120:].decode(errors='replace').strip()}") from error
    if _SURROGATE.search(body):  # halves of characters would be text that nothing can write
        return json.loads(json.dumps(answer, ensure_ascii=False).encode(errors="replace"))
    return answer


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return a header whatever the case of its name."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long `Retry-After` asks to wait, in either of its forms (RFC 9110, 10.2.3)."""
    value = header(headers, "Retry-After")
    if value is None:
        return None
    if value.strip().isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    date = http_date(value)
    return max(date - now, timedelta()) if date else None


def http_date(value: str | None) -> datetime | None:
    """Return the time an HTTP date names, None when it names none."""
    try:
        date = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def utc(text: str) -> datetime:
    """Return an ISO time as UTC; one without offset is taken as UTC."""
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
