"""The values that flow through the alerter. All are immutable; all times are timezone-aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo


class Event(StrEnum):
    """What a text may claim about the country's power and heat, or about strikes and frost."""

    GRID_ATTACK = "grid_attack"
    LARGE_STRIKE = "large_strike"
    STRIKE_WARNING = "strike_warning"
    OUTAGE = "outage"
    RESTORATION = "restoration"
    TRUCE = "truce"
    TRUCE_OVER = "truce_over"
    SEVERE_COLD = "severe_cold"


class Certainty(IntEnum):
    """CAP 1.2 certainty, ordered. `UNLIKELY` marks a denial: the text says it did not happen."""

    UNLIKELY = 0
    POSSIBLE = 1
    LIKELY = 2
    OBSERVED = 3

    @property
    def label(self) -> str:
        """The CAP word in lower case."""
        return self.name.lower()

    def lowered(self) -> "Certainty":
        """Return one step less, `UNLIKELY` at the least."""
        return Certainty(max(0, self - 1))


class Severity(IntEnum):
    """CAP 1.2 severity, ordered."""

    MINOR = 1
    MODERATE = 2
    SEVERE = 3
    EXTREME = 4

    @property
    def label(self) -> str:
        """The CAP word in lower case."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a news source, as it came.

    `published` is what the source says, or None when it gives no date that can be trusted; `observed`
    is when we learnt of it. `owner` and `reliability` (Admiralty A-F) are those of the source.
    """

    source: str
    guid: str
    title: str
    summary: str
    url: str
    published: datetime | None
    observed: datetime
    owner: str = ""
    reliability: str = "F"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Hourly air temperature (degrees Celsius, 2 m) and wind (m/s, 10 m) at one place.

    `members` holds one series a forecast run; a single series is a deterministic forecast. Hour `i` is
    `start + i h`. A missing hour is None. `wind` is empty or parallel to `members`. `issued` is when the
    provider says the forecast was made, if it does. `point` names the place within the region. `memo` is where what is
    worked out from the forecast is remembered as long as the forecast itself; it is no part of its value.
    """

    provider: str
    region: str
    start: datetime
    members: tuple[tuple[float | None, ...], ...]
    observed: datetime
    wind: tuple[tuple[float | None, ...], ...] = ()
    issued: datetime | None = None
    point: str = ""
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def made(self) -> datetime:
        """When it was made as far as can be known: what comes late or from a provider that stands still is old."""
        return min(self.observed, self.issued or self.observed)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """All that a weather service listed in one answer, as it came: CAP 1.2 alerts as mappings, none when it warns of nothing."""

    source: str
    observed: datetime
    alerts: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A source answered, with or without anything new."""

    source: str
    observed: datetime


@dataclass(frozen=True, slots=True)
class OfficialWarning:
    """A warning issued by a weather service (CAP), for regions and a time it names itself.

    `hazard` is one of the configured names, else the service's own word; `level` is yellow, orange or red; `sent` is when
    the service issued it, if it says so.
    """

    identifier: str
    source: str
    hazard: str
    level: str
    regions: frozenset[str]
    onset: datetime
    expires: datetime
    observed: datetime
    headline: str = ""
    url: str = ""
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a text: `text` stands at characters `start` to `end` of title, newline, summary."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One event that one text claims.

    `regions` empty means the whole country, less `excluded`. `at` is when the event is or was: the time the
    text speaks of where it names one that is earlier, else `min(published, observed)`; None when the item has
    no date. `origin` is the authority the text cites ("" when none); `fingerprint` is equal for near-identical texts.
    `ends` is when a truce is to end, where the text says so.
    """

    event: Event
    regions: frozenset[str]
    certainty: Certainty
    at: datetime | None
    observed: datetime
    source: str
    owner: str
    reliability: str
    origin: str
    item: str
    title: str
    url: str
    published: datetime | None
    evidence: tuple[Span, ...] = ()
    excluded: frozenset[str] = frozenset()
    fingerprint: int = 0
    ends: datetime | None = None

    def covers(self, region: str) -> bool:
        """Tell whether the report speaks of `region`."""
        return region in self.regions or (not self.regions and region not in self.excluded)


@dataclass(frozen=True, slots=True)
class ColdSpell:
    """A stretch of cold that a forecast shows in a region.

    `onset`, `ends` and `minimum` are medians over the members that agree; `chance` is the share of members that
    agree (0-1), and 1 or 0 when `deterministic`. `wind_chill` is None where no wind is known. `threshold` is one of
    `quantity`; `point` names the place where it is coldest.
    """

    region: str
    threshold: float
    onset: datetime
    ends: datetime
    minimum: float
    wind_chill: float | None
    chance: float
    members: int
    provider: str
    observed: datetime
    issued: datetime | None = None
    point: str = ""
    quantity: str = "temperature"

    @property
    def deterministic(self) -> bool:
        """Whether a single run speaks, so that `chance` can only be 0 or 1."""
        return self.members == 1


class Answer(StrEnum):
    """Three-valued truth."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with its reason, as a tree.

    `margin` says how far the node is from turning, `clears` what would end a yes when nothing new is learnt.
    """

    answer: Answer
    node: str
    reason: str
    margin: str = ""
    children: tuple["Verdict", ...] = ()
    spell: ColdSpell | None = None
    reports: tuple[Report, ...] = ()
    clears: str = ""


class Kind(StrEnum):
    """What a notification tells: CAP's alert, update and cancel, and the end of an alert whose data ran out."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"
    EXPIRE = "expire"


class AlertState(StrEnum):
    """Where an alert stands, in Prometheus' words."""

    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class Told:
    """One report as subscribers are told of it; `at` is when it was published, or observed where it does not say."""

    at: datetime | None
    source: str
    title: str
    url: str
    certainty: str
    event: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is told, for the templates to word: a code of `reasons.CODES`, and what stood before and stands now."""

    code: str
    old: float | None = None
    new: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message about one region rests on, small enough to store beside the alert.

    `blind_since` is when that was last seen which cannot be seen any more (`blind_of`: forecast, news, warnings or
    incomplete), None while all is fresh. `reasons` say what changed or why it ended, `why` the same as `explain` words it.
    `still` are the titles of the weaker rule that goes on when this one ends. `truce` are the claims of a truce that make a
    strike to come less certain, newest first. `published` is when the last piece became
    public without which nothing would be told.
    """

    region: str
    certainty: str = "likely"
    spell: ColdSpell | None = None
    reports: tuple[Told, ...] = ()
    sources: int = 0
    blind_since: datetime | None = None
    why: str = ""
    blind_of: str = ""
    reasons: tuple[Reason, ...] = ()
    still: Mapping[str, str] = field(default_factory=dict)
    published: datetime | None = None
    truce: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """The state of one rule in one region. `facts` is what was last told; `hushed`: a graver rule speaks in its place."""

    rule: str
    region: str
    state: AlertState
    since: datetime
    last_held: datetime
    last_told: datetime | None = None
    repeats: int = 0
    severity: Severity = Severity.MODERATE
    facts: Facts | None = None
    over_since: datetime | None = None
    blind_since: datetime | None = None
    hushed: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """A weaker rule that a graver one takes over from; `left` are the regions in which it still speaks for itself."""

    rule: str
    titles: Mapping[str, str]
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Notification:
    """Something to tell: one a rule, kind and tick, for all regions concerned.

    `loud` means a new message with sound; otherwise the live message is edited silently. `facts` holds one entry
    a region, in the order of `regions`; `standing` those of the other regions in which the rule holds and was told, so
    that every message can say all that is in force. `replaces` are weaker rules whose messages this one follows on.
    """

    rule: str
    kind: Kind
    at: datetime
    severity: Severity
    regions: tuple[str, ...]
    facts: tuple[Facts, ...] = ()
    loud: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    standing: tuple[Facts, ...] = ()
    replaces: tuple[Replaced, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether anything is still in force after this."""
        return self.kind not in {Kind.CANCEL, Kind.EXPIRE} or bool(self.standing)

    @property
    def published(self) -> datetime | None:
        """When the last piece of news or forecast became public on which this rests."""
        return max((fact.published for fact in self.facts if fact.published), default=None)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operators should know about the alerter itself.

    `topic` names the sentence in the templates (`notices.*.html.j2`), `values` fill it; a topic the templates do not know
    is shown with its values as they are. Notices of one `key` (the topic when empty) are about the same thing.
    """

    topic: str
    values: Mapping[str, str | int | float | list[str]] = field(default_factory=dict)
    key: str = ""

    @property
    def about(self) -> str:
        """What tells this notice from others that may be under way."""
        return (self.key or self.topic)[:100]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Someone who is told: a chat, the regions and severities it wants, and its language.

    `regions` empty means all. `quiet_hours` are local hours (from, to) in which only extreme messages sound.
    `budget` is the number of messages a week above which lower severities are gathered into a digest.
    """

    id: str
    telegram: str
    language: str
    regions: frozenset[str] = frozenset()
    at_least: Severity = Severity.MINOR
    thread: int | None = None
    quiet_hours: tuple[int, int] | None = None
    role: str = "subscribers"
    budget: int | None = None

    def hears(self, region: str) -> bool:
        """Tell whether the receiver wants to hear of `region`."""
        return not self.regions or region in self.regions


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in what a person wrote: the path of keys that leads to it, and what to write instead."""

    path: tuple[str | int, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is known at `now`.

    `reports` is in no particular order and holds what was observed by `now`; `forecasts` maps a region to its newest
    forecast of each provider and point, preferred provider first. `news_seen` is when a quorum of news sources last
    answered, None when never. `warnings` are the official warnings in force or to come, and `warnings_seen` is when a
    weather service was last heard: no warnings from a fresh answer is a no, silence is unknown. `points` names the
    places of each region for which there should be a forecast. Local days are those of `zone`. Anything older than its
    limit counts as unknown. `memo` is where verdicts are remembered from one situation to the next, as long as rules, points
    and zone are the same; it is no part of the value.
    """

    now: datetime
    reports: tuple[Report, ...] = ()
    forecasts: Mapping[str, tuple[Forecast, ...]] = field(default_factory=dict)
    news_seen: datetime | None = None
    warnings: tuple[OfficialWarning, ...] = ()
    warnings_seen: datetime | None = None
    points: Mapping[str, frozenset[str]] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
