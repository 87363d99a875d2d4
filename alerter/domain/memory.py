"""What was judged at earlier ticks and still holds: a verdict stays until something is learnt or a known moment comes.

Nothing of it is part of what is decided. A tick that remembers nothing answers the same, only later.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from alerter.domain.evidence import Evidence
from alerter.domain.model import Forecast, OfficialWarning, Report, Situation, Verdict
from alerter.domain.rules import Cold, Condition, News

NEWS_LIMIT = timedelta(hours=3)
WARNINGS_LIMIT = timedelta(hours=6)
EVER = datetime.max.replace(tzinfo=UTC)
T = TypeVar("T")

Silence = tuple[bool, datetime | None]
"""Whether those who should speak have been silent for too long, and if so since when (None: for ever)."""


@dataclass(frozen=True, slots=True)
class World:
    """What verdicts rest on besides the forecasts of their region; the very same object as long as none of it changes."""

    reports: tuple[Report, ...]
    warnings: tuple[OfficialWarning, ...]
    news: Silence
    services: Silence
    evidence: Evidence

    @classmethod
    def of(cls, situation: Situation) -> "World":
        """Return the world of a situation: the one that is remembered, or what is left of it and what is new."""
        last: World | None = situation.memo.get(World)
        reports, warnings, now = situation.reports, situation.warnings, situation.now
        news, services = _silence(situation.news_seen, NEWS_LIMIT, now), _silence(situation.warnings_seen, WARNINGS_LIMIT, now)
        if last and last.reports is reports:
            if last.warnings is warnings and (last.news, last.services) == (news, services):
                return last
            evidence = last.evidence
        else:
            evidence = Evidence.of(reports, last.evidence if last else None)
        world = situation.memo[World] = cls(reports, warnings, news, services, evidence)
        return world


def _silence(seen: datetime | None, limit: timedelta, now: datetime) -> Silence:
    return (False, None) if seen and now - seen <= limit else (True, seen)


@dataclass(slots=True)
class Judged:
    """A verdict on `node`: the same from `since` to before `until`, unless something is learnt.

    `basis` is what a verdict on news rests on, `made` what was made of the verdict. The node is kept, so that no other can come
    to have its id.
    """

    verdict: Verdict
    node: Condition
    since: datetime
    until: datetime
    forecasts: tuple[Forecast, ...]
    world: World
    basis: object = None
    made: Any = None

    def stands(self, place: "Place") -> bool:
        """Tell whether it still holds at `place`, of whose region and rule it is."""
        return (
            self.since <= place.index.situation.now < self.until
            and (self.forecasts is place.forecasts or type(self.node) is News)
            and (self.world is place.index.world or type(self.node) is Cold)
        )

    def once(self, work: Callable[[Verdict], T]) -> T:
        """Return what `work` makes of the verdict, worked out once for as long as the verdict stays equal."""
        if self.made is None:
            self.made = work(self.verdict)
        made: T = self.made
        return made


@dataclass(slots=True)
class Index:
    """One tick's view of a situation."""

    situation: Situation
    world: World = field(init=False)
    _truces: dict[str, tuple[tuple[Report, ...], datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World.of(self.situation)

    def truces(self, region: str) -> tuple[tuple[Report, ...], datetime]:
        """Return the claims of a truce in force in `region`, and until when they are; worked out once."""
        if region not in self._truces:
            self._truces[region] = self.world.evidence.truces(region, self.situation.now)
        return self._truces[region]


@dataclass(slots=True)
class Place:
    """Where and how a rule is asked."""

    index: Index
    region: str
    firing: bool
    offset: float
    forecasts: tuple[Forecast, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.forecasts = self.index.situation.forecasts.get(self.region, ())

    @property
    def now(self) -> datetime:
        """The moment of the tick."""
        return self.index.situation.now

    def recall(self, node: Condition) -> Judged | None:
        """Return the last verdict on `node` here, whether or not it still stands."""
        known: Judged | None = self.index.situation.memo.get((id(node), self.region, self.firing, self.offset))
        return known

    def remember(self, node: Condition, known: Judged | None, verdict: Verdict, until: datetime, basis: object) -> Judged:
        """Keep a verdict; where it is equal to the one known from before, that is kept, with what was made of it."""
        made = None
        if known and (known.verdict is verdict or known.verdict == verdict):
            verdict, made = known.verdict, known.made
        judged = Judged(verdict, node, self.now, until, self.forecasts, self.index.world, basis, made)
        self.index.situation.memo[id(node), self.region, self.firing, self.offset] = judged
        return judged
