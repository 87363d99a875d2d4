"""What a rule is: a sentence about cold and news, how long it holds, and examples of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerter.domain.model import Answer, Certainty, Event, Severity

SPELLS = ("temperature", "wind_chill", "daily_mean")
"""Quantities that stay at or below a temperature for a while."""
LEVELS = ("frost_level", "grid_cold_stress")
"""Quantities that reach a level from 0 to 3."""
TOTALS = ("degree_hours", "heating_degree_days")
"""Quantities that are summed over the coming hours or days."""
HEATING_BASE = 18.0
"""Degrees Celsius from which buildings are heated, as Statistics Netherlands (CBS) counts heating degree days."""
ALONE = "B"
"""The worst Admiralty rating that may stand alone, and what holds where a rule does not say."""
TRUCE_LASTS = timedelta(days=7)
"""How long a truce that names no end is taken to hold: those of 2025 and 2026 that held at all broke sooner."""
DENIAL_REACH = timedelta(hours=48)
"""How long after a report a denial of it still counts."""


@dataclass(frozen=True, slots=True)
class Cold:
    """Cold is forecast to begin within `within`, by at least the share `chance` (0-1) of the forecast's runs.

    For a quantity of `SPELLS`: at or below `below` degrees for at least `lasting`; while the alert fires, at or below
    `until_above` is enough. For the others: the level, or the total by `now + within` of degrees short of `below`, is
    `at_least`; while the alert fires, `until_below` is enough.
    """

    within: timedelta
    chance: float
    quantity: str = "temperature"
    below: float = 0.0
    lasting: timedelta = timedelta(0)
    until_above: float | None = None
    at_least: float | None = None
    until_below: float | None = None


@dataclass(frozen=True, slots=True)
class News:
    """So many independent sources report one of the events.

    One source alone counts only when it is rated `alone` (Admiralty) or better; None: the rule does not say, so `ALONE`.
    """

    of: frozenset[Event]
    past: timedelta
    certainty: Certainty = Certainty.LIKELY
    sources: int = 2
    alone: str | None = None


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
class GivenCold:
    """In an example: so many degrees from `starts` on, for `lasting`, in the share `chance` of the runs; wind in m/s."""

    degrees: float
    starts: timedelta
    lasting: timedelta
    chance: float = 1.0
    wind: float | None = None


@dataclass(frozen=True, slots=True)
class GivenNews:
    """In an example: a source claims an event, `ago`."""

    event: Event
    ago: timedelta
    source: str
    owner: str
    origin: str = ""
    reliability: str = "B"
    certainty: Certainty = Certainty.OBSERVED
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class GivenOfficial:
    """In an example: a weather service warns of `hazard` at `level`, from `starts` on, for `lasting`."""

    hazard: str
    level: str
    starts: timedelta = timedelta(0)
    lasting: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Unseen:
    """In an example: forecast or news have not been seen for a while."""

    what: str
    lasting: timedelta


Given = GivenCold | GivenNews | GivenOfficial | Unseen


@dataclass(frozen=True, slots=True)
class Example:
    """A small situation and what should come of it; `firing` asks a rule whose alert stands already."""

    name: str
    given: tuple[Given, ...]
    then: Answer
    firing: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When to tell people, how loudly and for how long.

    `season` (first and last "MM-DD") gates new alerts. `repeat` is a ladder: how long until the first repetition, the
    second, and so on; the last step is kept.
    """

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
    examples: tuple[Example, ...] = field(default=(), compare=False)

    def in_season(self, now: datetime) -> bool:
        """Tell whether new alerts may begin at `now`; a season may run over the new year."""
        if self.season is None:
            return True
        first, last = self.season
        day = now.strftime("%m-%d")
        return first <= day <= last if first <= last else day >= first or day <= last


Path = tuple[str | int, ...]


def leaves(
    node: Condition, path: tuple[str | int, ...] = ("when",)
) -> Iterator[tuple[tuple[str | int, ...], Cold | News | Official]]:
    """Yield the conditions of a rule that look at the world, each with the keys that lead to it in the file."""
    match node:
        case Cold() | News() | Official():
            yield (*path, type(node).__name__.lower()), node
        case AtLeast():
            for number, inner in enumerate(node.of):
                yield from leaves(inner, (*path, "at_least", "of", number))
        case All() | Any_() | None_():
            key = type(node).__name__.lower().rstrip("_")
            for number, inner in enumerate(node.of):
                yield from leaves(inner, (*path, key, number))


def longest_window(rules: Iterable[Rule]) -> timedelta:
    """Return how far back any of the rules looks at news, truces and denials included."""
    asked = (node.past for rule in rules for _, node in leaves(rule.when) if isinstance(node, News))
    return max([TRUCE_LASTS, *asked])
