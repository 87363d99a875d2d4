"""Does a rule hold in a region? Yes, no or unknown, with the reason at each node."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import is_
from typing import NamedTuple

from alerter.domain.asking import named, needed_share, question_of, spoken
from alerter.domain.cold import assess_region
from alerter.domain.evidence import View, certainty_of
from alerter.domain.forecasts import choose, newest, stays
from alerter.domain.independence import voices
from alerter.domain.memory import EVER, Index, Judged, Place, Silence
from alerter.domain.model import Answer, Forecast, OfficialWarning, Report, Situation, Verdict
from alerter.domain.rules import ALONE, All, Any_, AtLeast, Cold, Condition, News, None_, Official, Rule

COUNTED = 3
"""Voices are counted to so many more than needed: what a message says of them need not be exact beyond."""
LEVELS = {"green": 0, "minor": 0, "yellow": 1, "moderate": 1, "orange": 2, "severe": 2, "red": 3, "extreme": 3}
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def evaluate(rule: Rule, situation: Situation, region: str, *, firing: bool = False, offset: float = 0.0) -> Verdict:
    """Tell whether `rule` holds in `region`; one that fires already is asked with its softer threshold."""
    return judge(rule, Place(Index(situation), region, firing, offset)).verdict


def judge(rule: Rule, place: Place) -> Judged:
    """Tell whether `rule` holds at `place`, and until when that stays so if nothing is learnt."""
    return _ask(rule.when, place)


def holds(node: Condition, place: Place) -> bool:
    """Tell whether `node` is a yes at `place`, asking no more of its conditions than it takes to see that it is not."""
    if not isinstance(node, All):
        return _ask(node, place).verdict.answer is YES
    for condition in node.of:
        known = place.recall(condition)
        if known and known.verdict.answer is NO and known.stands(place):
            return False
    return all(holds(condition, place) for condition in node.of)


def deciding(verdict: Verdict) -> Verdict:
    """Return the leaf that decided `verdict`."""
    if not verdict.children:
        return verdict
    wanted = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[verdict.answer] if verdict.node == "none" else verdict.answer
    return deciding(next((child for child in verdict.children if child.answer == wanted), verdict.children[0]))


def _ask(node: Condition, place: Place) -> Judged:
    known = place.recall(node)
    if known and known.stands(place):
        return known
    return place.remember(node, known, *_fresh(node, place, known))


Fresh = tuple[Verdict, datetime, object]
"""A verdict, until when it stays if nothing is learnt, and what one on news rests on."""


def _fresh(node: Condition, place: Place, known: Judged | None) -> Fresh:  # noqa: PLR0911 (one return a kind)
    match node:
        case Cold():
            return _cold(node, place)
        case News():
            return _news(node, place, known)
        case Official():
            return _official(node, place)
        case All():
            return _group(node, "all", len(node.of), place, known)
        case Any_():
            return _group(node, "any", 1, place, known)
        case AtLeast():
            return _group(node, "at_least", node.count, place, known)
        case None_():
            return _group(node, "none", 1, place, known)


def _group(node: All | Any_ | AtLeast | None_, name: str, needed: int, place: Place, known: Judged | None) -> Fresh:
    # what is softer for a condition is harder for its opposite
    within = replace(place, firing=not place.firing) if isinstance(node, None_) else place
    judged = [_ask(condition, within) for condition in node.of]
    children = tuple(each.verdict for each in judged)
    until = min((each.until for each in judged), default=EVER)
    if known and len(children) == len(known.verdict.children) and all(map(is_, children, known.verdict.children)):
        return known.verdict, until, None
    verdict = _combine(name, children, needed)
    return (_denied(verdict) if isinstance(node, None_) else verdict), until, None


def _combine(name: str, children: tuple[Verdict, ...], needed: int) -> Verdict:
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


def _cold(node: Cold, place: Place) -> Fresh:
    question = question_of(node, firing=place.firing, offset=place.offset)
    name = f"cold: {named(question)} within {spoken(node.within)}"
    situation, known = place.index.situation, place.forecasts
    forecasts, whole = choose(known, situation.points.get(place.region, frozenset()), place.now)
    fresh_until = stays(known, place.now)
    if not forecasts:
        return Verdict(UNKNOWN, name, _no_forecast(known), f"{node.chance:.0%} of the runs needed"), fresh_until, None
    chance = assess_region(forecasts, question, now=place.now, tz=situation.zone, whole=whole)
    low, high, spell = chance.low, chance.high, chance.spell
    needed = needed_share(node, firing=place.firing)
    answer = YES if low >= needed else NO if high < needed else UNKNOWN
    share = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"
    lowest = f"; down to {round(spell.minimum, 1):g}°C" if spell else ""
    reason = f"{share} of the runs of {forecasts[0].provider} agree{lowest}"
    margin = f"{low - needed:+.0%} from {needed:.0%}"
    clears = _thaws(node, place) if answer is YES else ""
    verdict = Verdict(answer, name, reason, margin, spell=spell if answer is YES else None, clears=clears)
    return verdict, min(fresh_until, chance.until), None


def _thaws(node: Cold, place: Place) -> str:
    softer = named(question_of(node, firing=True, offset=place.offset))
    return f"fewer than {needed_share(node, firing=True):.0%} of the runs of a fresh forecast show {softer}"


def _no_forecast(known: tuple[Forecast, ...]) -> str:
    made = newest(known)
    return f"the newest forecast is of {made:%Y-%m-%d %H:%M} UTC, too old to trust" if made else "there is no forecast"


def _news(node: News, place: Place, known: Judged | None) -> Fresh:
    view = place.index.world.evidence.view(node.of, place.region)
    bounds = view.between(place.now - node.past, place.now)
    claims, claimed_until = place.index.truces(place.region)
    before = known.basis if known and isinstance(known.basis, _Basis) else None
    if before and before.view is view and (before.bounds, before.truce) == (bounds, bool(claims)):
        basis = before
    else:
        basis = _Basis(view, bounds, bool(claims), _judge(node, view, bounds, truce=bool(claims)))
    return _unless_silent(basis.verdict, place.index.world.news), min(view.stays(bounds, node.past), claimed_until), basis


class _Basis(NamedTuple):
    """What a verdict on news rests on, and the verdict if all sources can be heard."""

    view: View
    bounds: tuple[int, int, int]
    truce: bool
    verdict: Verdict


def _unless_silent(verdict: Verdict, news: Silence) -> Verdict:
    silent, since = news
    if verdict.answer is not NO or not silent:
        return verdict
    reason = f"the news sources have not answered {_since(since)}"
    return replace(verdict, answer=UNKNOWN, reason=reason)


def _since(seen: datetime | None) -> str:
    return f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"


def _judge(node: News, view: View, bounds: tuple[int, int, int], *, truce: bool) -> Verdict:
    first, last, denied = bounds
    denials = view.denials[:denied]
    found = view.reports[first:last]
    sure = [(report, certainty_of(report, denials, truce=truce)) for report in found]
    used = [report for report, certainty in sure if certainty >= node.certainty]
    count, carries = _carrying(node, used)
    best = min((report.reliability for report in used), default="none")
    told = tuple(
        report if report.certainty is certainty else replace(report, certainty=certainty)
        for report, certainty in sure
        if certainty >= node.certainty
    )
    name = f"news of {', '.join(sorted(node.of))} in the past {spoken(node.past)}"
    margin = f"{count - node.sources:+d} from {node.sources}" + (f", best rated {best}" if used else "")
    reason = f"{count}{' or more' if count == node.sources + COUNTED else ''} independent sources report it"
    if carries:
        clears = f"no further report by {carries.at + node.past:%Y-%m-%d %H:%M} UTC" if carries.at else ""
        return Verdict(YES, name, reason, margin, reports=told, clears=clears)
    doubt = f"; {len(found) - len(used)} less certain than {node.certainty.label}" if len(found) > len(used) else ""
    lowered = truce and any(certainty < report.certainty for report, certainty in sure)
    doubt += ", as a truce is claimed" if doubt and lowered else ""
    alone = f"; a single source rated worse than {node.alone or ALONE} does not count" if count >= node.sources else ""
    return Verdict(NO, name, f"{count} of {node.sources} independent sources report it{doubt}{alone}", margin, reports=told)


def _carrying(node: News, used: Sequence[Report]) -> tuple[int, Report | None]:
    """Return how many voices speak, and the oldest report without which too few would; None when too few do."""
    count, carries, best = 0, None, "Z"
    for count, report in zip(voices(used), reversed(used), strict=True):
        best = min(best, report.reliability)
        if carries is None and count >= node.sources and (count > 1 or best <= (node.alone or ALONE)):
            carries = report
        if carries and count >= node.sources + COUNTED:
            break
    return count, carries


def _official(node: Official, place: Place) -> Fresh:
    world, now = place.index.world, place.now
    name = f"official warning of {', '.join(sorted(node.hazards))} at {node.level} or above within {spoken(node.within)}"
    mine = [warning for warning in world.warnings if _fits(warning, node, place.region) and warning.expires > now]
    until = min((one.expires if one.onset <= now + node.within else one.onset - node.within for one in mine), default=EVER)
    timely = [one for one in mine if one.onset <= now + node.within]
    if timely:
        gravest = min(timely, key=lambda one: (-_rank(one.level), one.onset, one.source, one.identifier))
        reason = f"{gravest.source} warns: {gravest.headline or gravest.hazard} {gravest.url}".rstrip()
        clears = f"the warning ends at {max(one.expires for one in timely):%Y-%m-%d %H:%M} UTC, or is withdrawn"
        return Verdict(YES, name, reason, gravest.level, clears=clears), until, None
    silent, since = world.services
    if silent:
        return Verdict(UNKNOWN, name, f"no weather service has been heard {_since(since)}"), until, None
    return Verdict(NO, name, f"no warning at {node.level} or above"), until, None


def _fits(warning: OfficialWarning, node: Official, region: str) -> bool:
    return warning.hazard in node.hazards and region in warning.regions and _rank(warning.level) >= _rank(node.level)


def _rank(level: str) -> int:
    return LEVELS.get(level.lower(), 0)
