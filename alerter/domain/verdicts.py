"""Does a rule hold in a region? Yes, no or unknown, with the reason at each node."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerter.domain.cold import Question, assess_region
from alerter.domain.forecasts import choose, newest
from alerter.domain.independence import groups
from alerter.domain.model import Answer, Certainty, Event, Forecast, Report, Situation, Verdict
from alerter.domain.rules import All, Any_, AtLeast, Cold, Condition, News, None_, Official, Rule

HELD_SHARE = 2 / 3
"""What is left of the chance that a rule asks for while it fires: a share wobbles with each run, and by a step when another
provider stands in."""
WARNINGS_LIMIT = timedelta(hours=6)
NEWS_LIMIT = timedelta(hours=3)
DENIAL_REACH = timedelta(hours=48)
TRUCE_LASTS = timedelta(days=7)
LEVELS = {"green": 0, "minor": 0, "yellow": 1, "moderate": 1, "orange": 2, "severe": 2, "red": 3, "extreme": 3}
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@dataclass(slots=True)
class Index:
    """What one tick asks again and again, worked out once."""

    situation: Situation
    events: dict[Event, list[Report]] = field(default_factory=lambda: defaultdict(list))
    grouped: dict[tuple[int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self.situation.now
        dated = [report for report in self.situation.reports if report.at is not None and report.at <= now]
        for report in sorted(dated, key=_order):
            self.events[report.event].append(report)

    def count(self, reports: list[Report]) -> int:
        """Count the independent groups among `reports`."""
        key = tuple(id(report) for report in reports)
        if key not in self.grouped:
            self.grouped[key] = len(groups(reports)) if reports else 0
        return self.grouped[key]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and how a rule is asked."""

    index: Index
    region: str
    firing: bool
    offset: float

    @property
    def now(self) -> datetime:
        return self.index.situation.now


def evaluate(
    rule: Rule, situation: Situation, region: str, *, firing: bool = False, offset: float = 0.0, index: Index | None = None
) -> Verdict:
    """Tell whether `rule` holds in `region`; one that fires already is asked with its softer threshold."""
    return _ask(rule.when, _Place(index or Index(situation), region, firing, offset))


def deciding(verdict: Verdict) -> Verdict:
    """Return the leaf that decided `verdict`."""
    if not verdict.children:
        return verdict
    wanted = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[verdict.answer] if verdict.node == "none" else verdict.answer
    return deciding(next((child for child in verdict.children if child.answer == wanted), verdict.children[0]))


def _order(report: Report) -> tuple[str, ...]:
    at = report.at.isoformat() if report.at else ""
    return (at, report.source, report.item, ",".join(sorted(report.regions)), str(report.certainty), report.title)


def _ask(node: Condition, place: _Place) -> Verdict:  # noqa: PLR0911
    match node:
        case Cold():
            return _cold(node, place)
        case News():
            return _news(node, place)
        case Official():
            return _official(node, place)
        case All():
            return _combine("all", node.of, len(node.of), place)
        case Any_():
            return _combine("any", node.of, 1, place)
        case AtLeast():
            return _combine("at_least", node.of, node.count, place)
        case None_():
            return _denied(_combine("none", node.of, 1, place))


def _combine(name: str, conditions: Iterable[Condition], needed: int, place: _Place) -> Verdict:
    children = tuple(_ask(condition, place) for condition in conditions)
    held = sum(child.answer is YES for child in children)
    may = held + sum(child.answer is UNKNOWN for child in children)
    answer = YES if held >= needed else NO if may < needed else UNKNOWN
    spells = [child.spell for child in children if child.spell]
    reports = {id(report): report for child in children for report in child.reports}
    reason = f"{held} of {len(children)} hold" + (f", {may - held} unknown" if may > held else "")
    return Verdict(
        answer,
        name,
        reason,
        f"{needed} needed",
        children,
        min(spells, key=lambda spell: spell.minimum, default=None),
        tuple(reports.values()),
    )


def _denied(verdict: Verdict) -> Verdict:
    answer = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[verdict.answer]
    return replace(verdict, answer=answer, margin="none may hold", spell=None, reports=())


def _cold(node: Cold, place: _Place) -> Verdict:
    threshold = node.until_above if place.firing and node.until_above is not None else node.below
    lasting = min(node.lasting, timedelta(hours=1)) if place.firing and node.quantity != "daily_mean" else node.lasting
    question = Question(threshold, lasting, node.within, node.quantity, offset=place.offset)
    name = f"cold below {threshold + place.offset:g}°C"
    situation = place.index.situation
    known = situation.forecasts.get(place.region, ())
    forecasts, whole = choose(known, situation.points.get(place.region, frozenset()), place.now)
    if not forecasts:
        return Verdict(UNKNOWN, name, _no_forecast(known))
    chance = assess_region(forecasts, question, now=place.now, tz=situation.zone, whole=whole)
    low, high, spell = chance.low, chance.high, chance.spell
    needed = node.chance * HELD_SHARE if place.firing else node.chance
    answer = YES if low >= needed else NO if high < needed else UNKNOWN
    share = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"
    reason = f"{share} of the runs of {forecasts[0].provider} agree" + (f"; down to {spell.minimum:g}°C" if spell else "")
    return Verdict(answer, name, reason, f"{low - needed:+.0%} from {needed:.0%}", spell=spell if answer is YES else None)


def _no_forecast(known: tuple[Forecast, ...]) -> str:
    made = newest(known)
    return f"the newest forecast is of {made:%Y-%m-%d %H:%M} UTC, too old to trust" if made else "there is no forecast"


def _news(node: News, place: _Place) -> Verdict:
    found = [report for event in sorted(node.of) for report in _weighed(event, node, place)]
    used = [report for report in found if _certainty(report, place) >= node.certainty]
    used.sort(key=lambda report: (report.at or place.now, _order(report)))
    count = _independent(used, node.sources, place.index)
    best = min((report.reliability for report in used), default="F")
    enough = count >= node.sources and (count > 1 or best <= "B")
    name = "news of " + ", ".join(sorted(node.of))
    margin = f"{count} of {node.sources} independent sources, best rated {best}"
    told = tuple(replace(report, certainty=_certainty(report, place)) for report in used)
    if enough:
        return Verdict(YES, name, f"{count} independent sources report it", margin, reports=told)
    seen = place.index.situation.news_seen
    if seen is None or place.now - seen > NEWS_LIMIT:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return Verdict(UNKNOWN, name, f"the news sources have not answered {since}", margin, reports=told)
    doubt = f"; {len(found) - len(used)} less certain than {node.certainty.label}" if len(found) > len(used) else ""
    alone = "; a single source rated C or worse does not count" if count >= node.sources else ""
    return Verdict(NO, name, f"{count} of {node.sources} independent sources report it{doubt}{alone}", margin, reports=told)


def _weighed(event: Event, node: News, place: _Place) -> list[Report]:
    since = place.now - node.past
    reports = place.index.events.get(event, [])
    return [r for r in reports if r.at and r.at >= since and r.covers(place.region) and r.certainty > Certainty.UNLIKELY]


def _independent(reports: list[Report], wanted: int, index: Index) -> int:
    """Count independent groups; an older text that joins two sources does not undo what newer ones confirmed."""
    count = index.count(reports)
    if count >= wanted or len({report.owner or report.source for report in reports}) < wanted:
        return count
    return max([count, *(index.count(reports[start:]) for start in range(1, len(reports) - wanted + 1))])


def _certainty(report: Report, place: _Place) -> Certainty:
    certainty = report.certainty
    if any(_denies(other, report, place.region) for other in place.index.events.get(report.event, [])):
        certainty = certainty.lowered()
    if report.event is Event.STRIKE_WARNING and certainty > Certainty.POSSIBLE and _truce(place):
        certainty = certainty.lowered()
    return certainty


def _denies(other: Report, report: Report, region: str) -> bool:
    if other.certainty is not Certainty.UNLIKELY or other.at is None or report.at is None:
        return False
    return timedelta(0) < other.at - report.at <= DENIAL_REACH and other.covers(region)


def _truce(place: _Place) -> bool:
    """Tell whether a truce is in force: announced in the last days and not called off since."""
    begun = _last(Event.TRUCE, place)
    over = _last(Event.TRUCE_OVER, place)
    return begun is not None and place.now - begun <= TRUCE_LASTS and (over is None or over < begun)


def _last(event: Event, place: _Place) -> datetime | None:
    reports = place.index.events.get(event, [])
    return max((r.at for r in reports if r.at and r.covers(place.region) and r.certainty >= Certainty.POSSIBLE), default=None)


def _official(node: Official, place: _Place) -> Verdict:
    situation, now = place.index.situation, place.now
    name = "official warning of " + ", ".join(sorted(node.hazards))
    wanted = LEVELS.get(node.level.lower(), 0)
    for warning in situation.warnings:
        timely = warning.onset <= now + node.within and warning.expires > now
        grave = LEVELS.get(warning.level.lower(), 0) >= wanted
        if warning.hazard in node.hazards and place.region in warning.regions and timely and grave:
            return Verdict(YES, name, f"{warning.source} warns: {warning.headline or warning.hazard}", warning.level)
    seen = situation.warnings_seen
    if seen is None or now - seen > WARNINGS_LIMIT:
        return Verdict(
            UNKNOWN, name, f"no weather service has been heard {f'since {seen:%Y-%m-%d %H:%M} UTC' if seen else 'so far'}"
        )
    return Verdict(NO, name, f"no warning at {node.level} or above")
