"""The shape of the configuration files, as pydantic models; values arrive as text and are read here."""

import re
from datetime import timedelta
from difflib import get_close_matches
from enum import Enum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

from alerter.domain.model import Receiver, Severity

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_LONGEST = 10 * 366 * 86_400
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _span(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = _SPAN.fullmatch(str(value).strip())
    if match is None:
        raise ValueError("is no length of time; write a number with its unit, like 90s, 15m, 12h or 3d")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > _LONGEST:
        raise ValueError("is longer than ten years; write a number with its unit, like 90s, 15m, 12h or 3d")
    return timedelta(seconds=seconds)


def read_span(value: Any) -> timedelta | None:
    """Return a length of time as people write it, None when it is not one."""
    try:
        read: timedelta = _span(value)
    except ValueError:
        return None
    return read


def _web(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError("is no web address; write one that begins with https://")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; write its IANA name, like Europe/Kyiv") from None
    return value


def named(kind: type[Enum], noun: str) -> BeforeValidator:
    """Read a member of `kind` that people write as its name in lower case."""
    words = {member.name.lower(): member for member in kind}

    def read(value: Any) -> Any:
        if isinstance(value, kind) or str(value).lower() in words:
            return words.get(str(value).lower(), value)
        close = get_close_matches(str(value).lower(), words, 1)
        raise ValueError(f"is no {noun}; write {close[0] if close else ', '.join(words)}")

    return BeforeValidator(read)


def words(kind: type[Enum]) -> WithJsonSchema:
    """Tell editors which words `named` reads."""
    return WithJsonSchema({"enum": [member.name.lower() for member in kind]})


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    WithJsonSchema({"type": "string", "pattern": f"^{_SPAN.pattern}$", "examples": ["90s", "15m", "12h", "3d"]}),
]
Web = Annotated[str, AfterValidator(_web)]
Level = Annotated[Severity, named(Severity, "severity"), words(Severity)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]


_CHAT = WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^(-?\d+|@\w+|console)$"}]})


class Strict(BaseModel):
    """No key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Feed(Strict):
    """One news source."""

    id: Name
    url: Web
    language: str
    owner: str
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    every: Span = timedelta(minutes=5)
    kind: Literal["feed", "telegram"] = "feed"
    enabled: bool = True


class Feeds(Strict):
    """`feeds.yaml`. `private_hosts` are hosts in private networks that may be fetched from."""

    feeds: list[Feed]
    private_hosts: list[str] = []


class Provider(Strict):
    """One link of the chain of forecasts. `name` is what messages call it; `id` is needed when two links are of one kind."""

    provider: Literal["open-meteo-ensemble", "open-meteo", "met-norway"]
    url: Web
    id: Name | None = None
    name: str = ""
    every: Span = timedelta(hours=1)
    models: list[str] = []
    days: int = Field(default=7, ge=4, le=16)

    @property
    def key(self) -> str:
        """What its forecasts and its schedule are filed under."""
        return self.id or self.provider


class WarningSource(Strict):
    """One feed of official warnings.

    `hazards` maps each hazard to words of events that mean it, in lower case. `origin` is the authority of
    lexicon/origins.yaml that it is: a text that cites it and the warning itself are one voice.
    """

    id: Name
    url: Web
    name: str
    origin: str = ""
    every: Span = timedelta(minutes=30)
    hazards: dict[str, list[str]]


class Retention(Strict):
    """How long forecasts are kept: every run for a time, then the first of each day."""

    every_run: Span = timedelta(days=10)
    one_a_day: Span = timedelta(days=150)


class Weather(Strict):
    """`weather.yaml`. `contact` goes into the User-Agent, as providers ask."""

    contact: str
    providers: list[Provider] = Field(min_length=1)
    warnings: list[WarningSource] = []
    keep: Retention = Retention()
    private_hosts: list[str] = []

    @field_validator("providers")
    @classmethod
    def _each_has_its_own_key(cls, providers: list[Provider]) -> list[Provider]:
        keys = [provider.key for provider in providers]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"has two links called {twice!r}; give each an id of its own")
        return providers


class Point(Strict):
    """Where a forecast is asked for."""

    name: str
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Names(Strict):
    """A name in each language."""

    en: str
    uk: str
    ru: str


class Region(Strict):
    """One first-level unit of the country."""

    id: str = Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")
    name: Names
    points: list[Point] = Field(min_length=1)
    enabled: bool = True
    cold_offset: float = Field(default=0.0, ge=-20, le=20)
    areas: list[str] = []

    @field_validator("points")
    @classmethod
    def _each_point_has_its_own_name(cls, points: list[Point]) -> list[Point]:
        names = [point.name for point in points]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"has two points called {twice!r}; give each its own name")
        return points


class Regions(Strict):
    """`regions.yaml`. `time_names` says by language what local time is called in messages."""

    country: str
    timezone: Annotated[str, AfterValidator(_zone)]
    time_names: dict[str, str] = {}
    names: Names
    regions: list[Region] = Field(min_length=1)


class ReceiverEntry(Strict):
    """One chat that is told."""

    id: Name
    telegram: Annotated[str, Field(pattern=r"^(-?\d+|@\w+|console)$"), _CHAT]
    """The chat's number (-100… for a channel), its @name, or console."""
    language: Literal["en", "uk"] = "en"
    regions: list[str] = []
    at_least: Level = Severity.MINOR
    thread: int | None = None
    quiet_hours: tuple[int, int] | None = None
    role: Literal["subscribers", "operators"] = "subscribers"
    budget: str | None = Field(default=None, pattern=r"^\d+/week$")

    def receiver(self) -> Receiver:
        """Return the receiver as the domain knows it."""
        plain = self.model_dump() | {"regions": frozenset(self.regions)}
        return Receiver(**plain | {"budget": int(self.budget.split("/")[0]) if self.budget else None})


class Receivers(Strict):
    """`receivers.yaml`."""

    receivers: list[ReceiverEntry]
