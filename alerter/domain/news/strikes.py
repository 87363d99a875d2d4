"""What a sentence claims of strikes: on the grid, and large ones; those to come are told apart."""

from collections.abc import Iterator

from alerter.domain.model import Certainty, Event
from alerter.domain.news.ahead import ahead, in_truce
from alerter.domain.news.claims import Claim, NearMiss, Outcome, graded, judged
from alerter.domain.news.foretelling import warnings
from alerter.domain.news.losses import losses
from alerter.domain.news.scope import denied, negated, striker
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.size import SUMMARY, least, sizes
from alerter.domain.terms import Found

_REACH = 26
_GOVERNS = 6
_CLOSE = 4
_BESIDE = 4
Act = tuple[Found, str | None]
"""A hostile act and its `striker`."""


def strikes(sentence: Sentence) -> Iterator[Outcome]:
    """Yield what a sentence claims and nearly claims of strikes."""
    later = {act: word for act in sentence.all("attack", "fired", "damage") if (word := ahead(sentence, act))}
    truce = sentence.has("truce")
    ruled_out = {act for act in sentence.all("attack", "fired", "harm") if truce and in_truce(sentence, act)}
    spoken = ruled_out | later.keys()
    yield from warnings(sentence, {act: word for act, word in later.items() if act not in ruled_out})
    if acts := list(_acts(sentence, spoken)):
        yield from _grid_attacks(sentence, acts)
        yield from _caused_outages(sentence, acts)
    if sentence.has("deprive"):
        yield from _deprived(sentence)
    yield from _large_strikes(sentence, spoken)
    yield from _spoken_of(sentence, spoken)


def happened(sentence: Sentence, *also: str) -> list[Found]:
    """Return the attacks, `also` of other roles, of others than the country's own forces that a sentence tells as facts."""
    if sentence.has("past", "if", "weather", "might"):
        return []
    return [
        act
        for act in sentence.all("attack", *also)
        if not (ahead(sentence, act) or in_truce(sentence, act) or negated(sentence, act) or denied(sentence, act))
        and striker(sentence, act) != "own"
    ]


def told(sentence: Sentence) -> bool:
    """Tell whether a sentence tells of any hostile act as of a fact."""
    acts = sentence.all("attack", "fired", "damage")
    return any(not (ahead(sentence, act) or in_truce(sentence, act)) for act in acts)


def _spoken_of(sentence: Sentence, spoken: set[Found]) -> Iterator[NearMiss]:
    """Say of energy targets that the strikes on them are not told as facts."""
    for act in spoken:
        for target in sentence.within(sentence.clause[act.first], "grid", "energy")[:1]:
            why = "speaks of strikes that are to come, or that a truce rules out"
            yield NearMiss(Event.GRID_ATTACK, why, (sentence.span(act), sentence.span(target)))


def _acts(sentence: Sentence, spoken: set[Found]) -> Iterator[Act]:
    """Yield what is done, and who does it."""
    armed = sentence.has("attack", "enemy", "agent", "drone", "missile", "weapon")
    for act in sentence.all("attack", "damage", "harm", "fired"):
        if act not in spoken and (act.label != "harm" or armed) and (act.label != "fired" or _fired_at(sentence, act)):
            yield act, striker(sentence, act)


def _fired_at(sentence: Sentence, act: Found) -> bool:
    """Tell whether what was launched is said to be aimed: "fired seven missiles at"."""
    return bool(sentence.near(act, "at", after=_GOVERNS)) and sentence.has("drone", "missile", "weapon")


def _grid_attacks(sentence: Sentence, acts: list[Act]) -> Iterator[Outcome]:
    """An attack, or damage, and an energy target of the same clause."""
    for target in sentence.all("grid", "energy", "infra"):
        clause = sentence.clause[target.first]
        best: Outcome | None = None
        for act, by in reversed(acts):  # the last claim counts, and only without one what speaks against the first
            if sentence.clause[act.first] != clause or not _aims(act, target):
                continue
            best = _grid_attack(sentence, act, by, target)
            if isinstance(best, Claim):
                break
        if best:
            yield best


def _aims(act: Found, target: Found) -> bool:
    reach = _REACH if target.label == "grid" or act.first == 0 else _GOVERNS
    return max(target.first - act.last, act.first - target.last) <= reach


def _grid_attack(sentence: Sentence, act: Found, by: str | None, target: Found) -> Outcome:
    spans = (sentence.span(act), sentence.span(target))
    if by == "own":
        return NearMiss(Event.GRID_ATTACK, "tells of a strike by the country's own forces", spans)
    if sentence.near(target, "beside", before=_BESIDE):
        return NearMiss(Event.GRID_ATTACK, "only names the target's neighbourhood", spans)
    if act.label != "attack" and not sentence.has("attack", "weapon", "drone", "missile") and sentence.has("weather"):
        return NearMiss(Event.GRID_ATTACK, "gives the weather or an accident as the cause", spans)
    if act.label != "attack" and sentence.has("aid") and not sentence.has("attack", "enemy", "agent"):
        return NearMiss(Event.GRID_ATTACK, "tells of help with what was damaged", spans)
    if sentence.has("crime"):
        return NearMiss(Event.GRID_ATTACK, "tells of a court or an arrest", spans)
    certainty = Certainty.POSSIBLE if target.label == "infra" else Certainty.OBSERVED
    certainty = min(certainty, Certainty.LIKELY) if act.label != "attack" and not sentence.has("attack", "enemy") else certainty
    return judged(sentence, Event.GRID_ATTACK, graded(sentence, certainty), (act, target))


def _caused_outages(sentence: Sentence, acts: list[Act]) -> Iterator[Outcome]:
    """Light or heat lost, and an attack named as the cause; not by bombers whose missiles are still under way."""
    if sentence.has("bombers"):
        acts = [(act, by) for act, by in acts if act.label in {"attack", "damage"}]
    for lost in (*losses(sentence), *_regained(sentence, acts)):
        for act, by in acts:
            if by == "own" or (act.label != "attack" and not sentence.has("drone", "missile", "weapon")):
                continue
            if sentence.has("because") or _told_together(sentence, act, lost[0]):
                yield judged(sentence, Event.GRID_ATTACK, graded(sentence, Certainty.OBSERVED), (act, *lost))


def _deprived(sentence: Sentence) -> Iterator[Outcome]:
    """The enemy, or a weapon, that leaves people without light or heat: "two drones left the town cold"."""
    for lost in losses(sentence):
        clause = sentence.clause[lost[0].first]
        doers = sentence.within(clause, "enemy", "agent", "drone", "missile", "foe_arms")
        verbs = [each for each in sentence.near(lost[0], "deprive", before=_GOVERNS) if sentence.clause[each.first] == clause]
        verbs += [each for each in sentence.within(clause, "deprive") if lost[0].first <= each.first <= lost[0].last]
        if verbs and doers and not sentence.has("own", "aim", "might", "prepare", "threat", "weather"):
            yield judged(sentence, Event.GRID_ATTACK, graded(sentence, Certainty.LIKELY), (doers[0], *lost))


def _regained(sentence: Sentence, acts: list[Act]) -> Iterator[tuple[Found, ...]]:
    """What comes back after a strike was lost by it: "power restored after the night's attack"."""
    if not any(sentence.near(act, "because", before=_CLOSE) for act, _ in acts):
        return
    yield from ((mark,) for mark in sentence.all("restored"))
    for back in sentence.all("restore"):
        yield from ((back, supply) for supply in sentence.near(back, "supply", before=_CLOSE, after=_CLOSE)[:1])


def _told_together(sentence: Sentence, act: Found, lost: Found) -> bool:
    """Tell whether what was lost stands in the clause of an attack, or behind its colon: "they hit Kyiv: no light"."""
    between = sentence.clause[lost.first] - sentence.clause[act.first]
    return between == 0 or (
        between == 1 and ":" in sentence.text[sentence.words[act.last].end : sentence.words[lost.first].start]
    )


def _large_strikes(sentence: Sentence, spoken: set[Found]) -> Iterator[Outcome]:
    for act in sentence.all("attack", "salvo"):
        if act in spoken:
            continue
        large = sizes(sentence, act)
        if large or act.label == "salvo":
            yield _large_strike(sentence, (*large[-1:], act), striker(sentence, act))
    for many in sentence.quantities:
        if least(many.kind) <= many.number <= SUMMARY and not sentence.has("period"):
            if sentence.has("night") and not sentence.has("attack", "downed", "fired", *_UNTOLD):
                yield judged(sentence, Event.LARGE_STRIKE, Certainty.LIKELY, (Found(many.kind, many.first, many.last),))
            made = sentence.has("stock")  # what is lost or shot down at the front is counted with it
            acts = [act for act in sentence.all("attack", "fired", *(() if made else ("downed",))) if act not in spoken]
            if acts:
                counted = Found(many.kind, many.first, many.last)
                nearest = min(acts, key=lambda act: abs(act.first - many.first))
                by = striker(sentence, nearest) if nearest.label != "downed" else _flown_by(sentence, counted)
                yield _large_strike(sentence, (nearest, counted), by)


_UNTOLD = ("stock", "own", "warn", "prepare", "threat", "might", "foreseen")


def _flown_by(sentence: Sentence, counted: Found) -> str | None:
    """Return whose the weapons are that were shot down: the nearest actor right before them says so."""
    own = [each for each in sentence.all("own") if counted.first <= each.first <= counted.last + 1]
    return "own" if own else None


def _large_strike(sentence: Sentence, marks: tuple[Found, ...], by: str | None) -> Outcome:
    spans = tuple(sentence.span(mark) for mark in marks)
    if by == "own":
        return NearMiss(Event.LARGE_STRIKE, "tells of a strike by the country's own forces", spans)
    return judged(sentence, Event.LARGE_STRIKE, graded(sentence, Certainty.OBSERVED), marks)
