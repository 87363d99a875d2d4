"""What a rule is: a sentence about cold and news, how long it holds, and examples of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alerter.domain.model import Certainty, Event, Severity


@dataclass(frozen=True, slots=True)
class Cold:
    """Cold is forecast: at or below `below` for `lasting`, beginning within `within`, with at least `chance`."""

    below: float
    lasting: timedelta
    within: timedelta
    chance: float
    until_above: float | None = None
    quantity: str = "temperature"


@dataclass(frozen=True, slots=True)
class News:
    """Independent sources report one of the events."""

    of: frozenset[Event]
    past: timedelta
    certainty: Certainty = Certainty.LIKELY
    sources: int = 2


@dataclass(frozen=True, slots=True)
class Official:
    """A weather service warns of one of the hazards, at `level` or above, beginning within `within`."""

    hazards: frozenset[str]
    level: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801  (`Any` is taken by typing)
    """One condition holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class None_:  # noqa: N801  (`None` is taken by Python)
    """No condition holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` conditions hold."""

    count: int
    of: tuple["Condition", ...]


Condition = Cold | News | Official | All | Any_ | None_ | AtLeast


@dataclass(frozen=True, slots=True)
class Rule:
    """When to tell people, how loudly and for how long. `season` (first and last "MM-DD") gates new alerts."""

    id: str
    title: Mapping[str, str]
    severity: Severity
    when: Condition
    for_: timedelta
    keep_firing_for: timedelta
    repeat: tuple[timedelta, ...] = ()
    supersedes: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    season: tuple[str, str] | None = None
    examples: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    def in_season(self, now: datetime) -> bool:
        """Tell whether new alerts may begin at `now`; a season may run over the new year."""
        if self.season is None:
            return True
        first, last = self.season
        day = now.strftime("%m-%d")
        return first <= day <= last if first <= last else day >= first or day <= last
