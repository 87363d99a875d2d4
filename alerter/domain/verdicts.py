"""Does a rule hold in a region? Yes, no or unknown, with the reason at each node."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from alerter.domain.cold import Question, assess_region
from alerter.domain.evidence import Evidence, View, certainty_of
from alerter.domain.forecasts import choose, newest
from alerter.domain.independence import most_voices
from alerter.domain.model import Answer, Forecast, Report, Situation, Verdict
from alerter.domain.rules import ALONE, TOTALS, All, Any_, AtLeast, Cold, Condition, News, None_, Official, Rule
from alerter.domain.rules import LEVELS as SCALES

HELD_SHARE = 2 / 3
"""What is left of the chance that a rule asks for while it fires: a share wobbles with each run, and by a step when another
provider stands in."""
WARNINGS_LIMIT = timedelta(hours=6)
NEWS_LIMIT = timedelta(hours=3)
COUNTED = 3
"""Voices are counted to so many more than needed: what a message says of them need not be exact beyond."""
LEVELS = {"green": 0, "minor": 0, "yellow": 1, "moderate": 1, "orange": 2, "severe": 2, "red": 3, "extreme": 3}
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
T = TypeVar("T")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Index:
    """What one tick asks again and again; what rests on the reports alone is kept in the situation's memo."""

    situation: Situation
    evidence: Evidence = field(init=False)
    _truces: dict[str, tuple[Report, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        memo = self.situation.memo
        if "evidence" not in memo:
            memo["evidence"] = Evidence.of(self.situation.reports)
        self.evidence = memo["evidence"]

    def truces(self, region: str) -> tuple[Report, ...]:
        """Return the claims of a truce that holds in `region`, worked out once."""
        if region not in self._truces:
            self._truces[region] = self.evidence.truces(region, self.situation.now)
        return self._truces[region]

    def once(self, verdict: Verdict, work: Callable[[], T]) -> T:
        """Return what `work` makes of `verdict`, worked out once for as long as the verdict stays the same."""
        key = ("once", id(verdict))
        if key not in self.evidence.memo:
            self.evidence.memo[key] = (verdict, work())  # the verdict is kept, so that no other can come to have its id
        result: T = self.evidence.memo[key][1]
        return result

    def same(self, key: object, verdict: Verdict) -> Verdict:
        """Return the verdict that was given before under `key` if it is equal: what rests on it need not be worked out again."""
        known: Verdict | None = self.evidence.memo.get(key)
        if known is None or known != verdict:
            self.evidence.memo.pop(("once", id(known)), None)
            self.evidence.memo[key] = known = verdict
        return known


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


def _ask(node: Condition, place: _Place) -> Verdict:
    return place.index.same(("node", id(node), place.region, place.firing), _fresh(node, place))


def _fresh(node: Condition, place: _Place) -> Verdict:  # noqa: PLR0911 (one return a kind)
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


def question_of(node: Cold, *, firing: bool, offset: float) -> Question:
    """Return what `node` asks of a forecast, softer while the alert fires.

    An alert that stands holds while an hour (a day, of daily means) of the softer cold is still to come, so that it does
    not end in the middle of a spell only because what is left of it is short.
    """
    if node.quantity in SCALES or node.quantity in TOTALS:
        amount = node.until_below if firing and node.until_below is not None else node.at_least
        return Question(node.below, node.lasting, node.within, node.quantity, amount or 0.0, offset)
    below = node.until_above if firing and node.until_above is not None else node.below
    left = DAY if node.quantity == "daily_mean" else HOUR
    return Question(below, min(node.lasting, left) if firing else node.lasting, node.within, node.quantity, offset=offset)


def named(question: Question) -> str:
    """Return what a question asks, in words."""
    quantity = question.quantity.replace("_", " ")
    if question.quantity in SCALES:
        return f"{quantity} {question.amount:g} or above"
    shift = 0.0 if question.quantity == "heating_degree_days" else question.offset
    if question.quantity in TOTALS:
        unit = "°Ch" if question.quantity == "degree_hours" else "°Cd"
        return f"{question.amount:g}{unit} or more below {question.below + shift:g}°C"
    return f"{quantity} at or below {question.below + shift:g}°C for {spoken(question.lasting)}"


def spoken(span: timedelta) -> str:
    """Return a length of time as people write it in a rule."""
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h" if minutes % 1440 or minutes < 2880 else f"{minutes // 1440}d"  # noqa: PLR2004 (minutes of a day)


def _cold(node: Cold, place: _Place) -> Verdict:
    question = question_of(node, firing=place.firing, offset=place.offset)
    name = f"cold: {named(question)} within {spoken(node.within)}"
    situation = place.index.situation
    known = situation.forecasts.get(place.region, ())
    forecasts, whole = choose(known, situation.points.get(place.region, frozenset()), place.now)
    if not forecasts:
        return Verdict(UNKNOWN, name, _no_forecast(known), f"{node.chance:.0%} of the runs needed")
    chance = assess_region(forecasts, question, now=place.now, tz=situation.zone, whole=whole)
    low, high, spell = chance.low, chance.high, chance.spell
    needed = node.chance * HELD_SHARE if place.firing else node.chance
    answer = YES if low >= needed else NO if high < needed else UNKNOWN
    share = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"
    reason = f"{share} of the runs of {forecasts[0].provider} agree" + (f"; down to {spell.minimum:g}°C" if spell else "")
    margin = f"{low - needed:+.0%} from {needed:.0%}"
    softer = named(question_of(node, firing=True, offset=place.offset))
    clears = f"fewer than {node.chance * HELD_SHARE:.0%} of the runs of a fresh forecast show {softer}" if answer is YES else ""
    return Verdict(answer, name, reason, margin, spell=spell if answer is YES else None, clears=clears)


def _no_forecast(known: tuple[Forecast, ...]) -> str:
    made = newest(known)
    return f"the newest forecast is of {made:%Y-%m-%d %H:%M} UTC, too old to trust" if made else "there is no forecast"


def _news(node: News, place: _Place) -> Verdict:
    evidence, now = place.index.evidence, place.now
    view = evidence.view(node.of, place.region)
    first, last, denied = view.between(now - node.past, now)
    truce = bool(place.index.truces(place.region))
    key = (id(node), place.region, first, last, denied, truce)
    if key not in evidence.memo:
        # the node is kept beside the verdict, so that no other can come to have its id
        evidence.memo[key] = (node, _judge(node, view, (first, last, denied), truce))
    verdict: Verdict = evidence.memo[key][1]
    seen = place.index.situation.news_seen
    if verdict.answer is NO and (seen is None or now - seen > NEWS_LIMIT):
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return replace(verdict, answer=UNKNOWN, reason=f"the news sources have not answered {since}")
    return verdict


def _judge(node: News, view: View, bounds: tuple[int, int, int], truce: bool) -> Verdict:  # noqa: FBT001 (a fact)
    first, last, denied = bounds
    denials = view.denials[:denied]
    found = view.reports[first:last]
    sure = [(report, certainty_of(report, denials, truce=truce)) for report in found]
    used = [report for report, certainty in sure if certainty >= node.certainty]
    count = most_voices(used, node.sources + COUNTED)
    best = min((report.reliability for report in used), default="none")
    told = tuple(replace(report, certainty=certainty) for report, certainty in sure if certainty >= node.certainty)
    name = f"news of {', '.join(sorted(node.of))} in the past {spoken(node.past)}"
    margin = f"{count} of {node.sources} independent sources" + (f", best rated {best}" if used else "")
    reason = f"{count}{' or more' if count == node.sources + COUNTED else ''} independent sources report it"
    if _enough(node, used, count):
        return Verdict(YES, name, reason, margin, reports=told, clears=_lapses(node, used))
    doubt = f"; {len(found) - len(used)} less certain than {node.certainty.label}" if len(found) > len(used) else ""
    lowered = truce and any(certainty < report.certainty for report, certainty in sure)
    doubt += ", as a truce is claimed" if doubt and lowered else ""
    alone = f"; a single source rated worse than {node.alone or ALONE} does not count" if count >= node.sources else ""
    return Verdict(NO, name, f"{count} of {node.sources} independent sources report it{doubt}{alone}", margin, reports=told)


def _enough(node: News, used: list[Report], count: int) -> bool:
    return count >= node.sources and (count > 1 or min(report.reliability for report in used) <= (node.alone or ALONE))


def _lapses(node: News, used: list[Report]) -> str:
    """Tell when too few of the reports will be recent enough, if none is added."""
    kept, gone = 0, len(used)
    while gone - kept > 1:
        middle = (kept + gone) // 2
        rest = used[middle:]
        kept, gone = (middle, gone) if _enough(node, rest, most_voices(rest, node.sources)) else (kept, middle)
    at = used[kept].at
    return f"no further report by {at + node.past:%Y-%m-%d %H:%M} UTC" if at else ""


def _official(node: Official, place: _Place) -> Verdict:
    situation, now = place.index.situation, place.now
    name = f"official warning of {', '.join(sorted(node.hazards))} at {node.level} or above within {spoken(node.within)}"
    wanted = LEVELS.get(node.level.lower(), 0)
    for warning in situation.warnings:
        timely = warning.onset <= now + node.within and warning.expires > now
        grave = LEVELS.get(warning.level.lower(), 0) >= wanted
        if warning.hazard in node.hazards and place.region in warning.regions and timely and grave:
            reason = f"{warning.source} warns: {warning.headline or warning.hazard} {warning.url}".rstrip()
            clears = f"the warning ends at {warning.expires:%Y-%m-%d %H:%M} UTC, or is withdrawn"
            return Verdict(YES, name, reason, warning.level, clears=clears)
    seen = situation.warnings_seen
    if seen is None or now - seen > WARNINGS_LIMIT:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return Verdict(UNKNOWN, name, f"no weather service has been heard {since}")
    return Verdict(NO, name, f"no warning at {node.level} or above")
