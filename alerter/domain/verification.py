"""How good the alerts were, against what happened.

An alert *period* is one rule's alert in one region, from the message that began it to the one that ended it. A
*happening* is one row of the truth in one region. The measures are those of the WWRP/WGNE Joint Working Group on
Forecast Verification Research (cawcr.gov.au/projects/verification), with events, not hours, as the cases:

- *hit*: a happening during which a period stood at some moment; *miss*: one without. **POD** = hits / happenings.
- *false alarm*: a period during which nothing of its truth happened. **FAR** = false alarms / periods (the false-alarm
  *ratio*, not the rate). A period that had not ended counts as standing for ever.
- **lead time**: from the beginning of the first period that stood during the happening to the beginning of the
  happening; negative when the alert came later than the event.
- *early all-clear*: a period ended by an all-clear while something was happening there or within `SOON` before.
- **Brier score** (Brier 1950, Monthly Weather Review 78, 1-3): the mean of (p - o)² over the periods that told a chance
  p of cold; o is 1 when severe cold came in the spell they told of, or, when the truth has no `severe_cold`, when the
  period was no false alarm. 0 is perfect; always saying 50 % scores 0.25.

A rule is scored against each event of the truth that concerns it, one by one: an event named like the rule itself; an
event that the rule's news tell of or foresee (`FORESEES`); `severe_cold` when the rule asks for cold; and any word that
is no event of the reader's vocabulary and no rule's name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from alerter.domain.model import ColdSpell, Event, Kind, Notification
from alerter.domain.rules import Cold, Condition, News, None_, Official, Rule

SOON = timedelta(hours=24)
FORESEES = {
    Event.GRID_ATTACK: {Event.GRID_ATTACK, Event.OUTAGE},
    Event.LARGE_STRIKE: {Event.LARGE_STRIKE, Event.GRID_ATTACK, Event.OUTAGE},
    Event.STRIKE_WARNING: {Event.LARGE_STRIKE, Event.GRID_ATTACK, Event.OUTAGE},
}
_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """One alert in one region; `ends` is None while it stands, `spell` the cold it first told of."""

    rule: str
    region: str
    begins: datetime
    ends: datetime | None = None
    ended: Kind | None = None
    spell: ColdSpell | None = None

    def stood(self, begins: datetime, ends: datetime) -> bool:
        """Tell whether the alert stood at some moment between two."""
        return self.begins < ends and (self.ends or _EVER) > begins


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, in one region."""

    event: str
    region: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule's alerts were worth against one event; `region` "" is all regions together."""

    rule: str
    event: str
    region: str
    happenings: int = 0
    hits: int = 0
    periods: int = 0
    false: int = 0
    early: int = 0
    leads: tuple[timedelta, ...] = ()
    squares: tuple[float, ...] = ()

    @property
    def pod(self) -> float | None:
        """Probability of detection, None when nothing happened."""
        return self.hits / self.happenings if self.happenings else None

    @property
    def far(self) -> float | None:
        """False-alarm ratio, None without alerts."""
        return self.false / self.periods if self.periods else None

    @property
    def brier(self) -> float | None:
        """Brier score of the chances told, None when none was."""
        return sum(self.squares) / len(self.squares) if self.squares else None

    def lead(self, share: float) -> timedelta | None:
        """Return the lead time that `share` (0 to 1) of the hits did not exceed, None without hits."""
        return quantile(self.leads, share)


def quantile(spans: Sequence[timedelta], share: float) -> timedelta | None:
    """Return the smallest of `spans` that at least `share` of them do not exceed (nearest rank), None without any."""
    return sorted(spans)[max(0, -int(-share * len(spans) // 1) - 1)] if spans else None


def periods(told: Iterable[Notification]) -> list[Period]:
    """Return the alert periods that messages tell of, in the order in which they began."""
    standing: dict[tuple[str, str], Period] = {}
    over: list[Period] = []
    for message in told:
        for fact in message.facts:
            key = (message.rule, fact.region)
            if message.kind is Kind.ALERT and key not in standing:
                standing[key] = Period(*key, message.at, spell=fact.spell)
            elif message.kind in {Kind.CANCEL, Kind.EXPIRE} and key in standing:
                over.append(replace(standing.pop(key), ends=message.at, ended=message.kind))
    return sorted([*over, *standing.values()], key=lambda one: (one.begins, one.rule, one.region))


def concerns(event: str, rule: Rule, rules: Iterable[Rule]) -> bool:
    """Tell whether `rule` is to be scored against `event` (see above)."""
    if event == rule.id or event in {other.id for other in rules}:
        return event == rule.id
    if event not in set(Event):
        return True
    return (event == Event.SEVERE_COLD and asks_cold(rule)) or event in foreseen(rule)


def asks_cold(rule: Rule) -> bool:
    """Tell whether a rule asks for a forecast of cold."""
    return any(isinstance(node, Cold) for node in leaves(rule.when))


def foreseen(rule: Rule) -> set[Event]:
    """Return the events that a rule's news tell of or foresee (see `FORESEES`)."""
    told = {each for node in leaves(rule.when) if isinstance(node, News) for each in node.of}
    return {event for each in told for event in FORESEES.get(each, {each})}


def leaves(node: Condition) -> Iterator[Cold | News | Official]:
    """Yield what a rule asks for, but for what must not be."""
    if isinstance(node, Cold | News | Official):
        yield node
    elif not isinstance(node, None_):
        for child in node.of:
            yield from leaves(child)


def scores(rules: Sequence[Rule], told: Sequence[Period], truth: Sequence[Happening]) -> list[Score]:
    """Return each rule's score against each event that concerns it: for every region with any of either, then for all."""
    by_place: dict[tuple[str, str], list[Period]] = defaultdict(list)
    for period in told:
        by_place[period.rule, period.region].append(period)
    happened: dict[tuple[str, str], list[Happening]] = defaultdict(list)
    for one in truth:
        happened[one.event, one.region].append(one)
    found = []
    for rule in rules:
        for event in sorted({one.event for one in truth if concerns(one.event, rule, rules)}):
            places = {place for name, place in by_place if name == rule.id} | {p for word, p in happened if word == event}
            each = [_score(rule.id, event, place, by_place[rule.id, place], happened) for place in sorted(places)]
            found += [*each, _sum(rule.id, event, each)]
    return found


def _score(
    rule: str, event: str, region: str, told: Sequence[Period], happened: Mapping[tuple[str, str], list[Happening]]
) -> Score:
    truth = happened.get((event, region), [])
    firsts = [(one, min((p.begins for p in told if p.stood(one.begins, one.ends)), default=None)) for one in truth]
    leads = tuple(one.begins - begins for one, begins in firsts if begins)
    verified = [any(period.stood(one.begins, one.ends) for one in truth) for period in told]
    early = sum(_too_early(period, truth) for period in told)
    cold = happened.get((Event.SEVERE_COLD.value, region), [])
    asked = any(name == Event.SEVERE_COLD for name, _ in happened)
    squares = tuple(
        (period.spell.chance - (_came(period.spell, cold) if asked else true)) ** 2
        for period, true in zip(told, verified, strict=True)
        if period.spell
    )
    return Score(rule, event, region, len(truth), len(leads), len(told), verified.count(False), early, leads, squares)


def _came(spell: ColdSpell, cold: Iterable[Happening]) -> bool:
    return any(one.begins < spell.ends and one.ends > spell.onset for one in cold)


def _too_early(period: Period, truth: Iterable[Happening]) -> bool:
    if period.ended is not Kind.CANCEL or period.ends is None:
        return False
    return any(one.begins < period.ends + SOON and one.ends > period.ends for one in truth)


def _sum(rule: str, event: str, each: Sequence[Score]) -> Score:
    return Score(
        rule,
        event,
        "",
        sum(one.happenings for one in each),
        sum(one.hits for one in each),
        sum(one.periods for one in each),
        sum(one.false for one in each),
        sum(one.early for one in each),
        tuple(lead for one in each for lead in one.leads),
        tuple(square for one in each for square in one.squares),
    )


def hours_under_alert(told: Iterable[Period], until: datetime) -> dict[str, float]:
    """Return for each region the hours during which any alert stood there, up to `until`."""
    by_region: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for period in told:
        by_region[period.region].append((period.begins, min(period.ends or until, until)))
    return {region: _covered(sorted(spans)) / timedelta(hours=1) for region, spans in sorted(by_region.items())}


def _covered(spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    total, reached = timedelta(0), datetime.min.replace(tzinfo=UTC)
    for begins, ends in spans:
        total += max(timedelta(0), ends - max(begins, reached))
        reached = max(reached, ends)
    return total
