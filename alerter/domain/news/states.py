"""What a sentence claims of how things stand: light and heat, truces, frost."""

from collections.abc import Iterator
from dataclasses import replace

from alerter.domain.model import Certainty, Event
from alerter.domain.news.claims import Claim, NearMiss, Outcome, graded, judged
from alerter.domain.news.losses import losses, seen
from alerter.domain.news.scope import negated
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.truces import truces
from alerter.domain.places import Kind
from alerter.domain.terms import Found

SEVERE_FROST = (15, 45)
"""Frost of so many degrees Celsius below zero counts as severe; beyond the second it is no weather of these parts."""
HOME = (Kind.REGION, Kind.COUNTRY, Kind.NATIONWIDE)
_GOVERNS = 6
_CLOSE = 4
_MAY = 5
_AFTER = 3
_ARRIVES = 3
_AIMED = 8
_READY = 2
_BACK = 5
_RETURNING = ("restore", "lifted", "arrives", "warmed", "running", "anew", "restored")
_BETWEEN = ("truce", "resume", "pact", "deal")
"""Roles without which a sentence says nothing of what is back, or of truces."""


def states(sentence: Sentence) -> Iterator[Outcome]:
    """Yield what a sentence claims and nearly claims of outages, their end, truces and frost."""
    yield from _outages(sentence)
    yield from _by_schedule(sentence)
    if sentence.has(*_RETURNING):
        yield from _restorations(sentence)
    if sentence.has(*_BETWEEN):
        yield from truces(sentence)
    yield from _colds(sentence)


def _outages(sentence: Sentence) -> Iterator[Outcome]:
    for marks in losses(sentence):
        lost = marks[0]
        lifted = sentence.near(lost, "lifted", before=_CLOSE, after=_CLOSE)
        if any(not negated(sentence, each) for each in lifted) or _undone(sentence, lost):
            if lost.label == "cuts" and _goes_on(sentence, lifted):
                yield judged(sentence, Event.OUTAGE, graded(sentence, Certainty.LIKELY), marks)
            continue
        if sentence.near(lost, "ready", before=_READY):
            yield NearMiss(Event.OUTAGE, "tells how to be ready for it", tuple(sentence.span(mark) for mark in marks))
            continue
        if _aimed(sentence, lost):
            yield NearMiss(Event.OUTAGE, "says that it is only wanted", tuple(sentence.span(mark) for mark in marks))
            continue
        if sentence.near(lost, "might", before=_MAY, after=_MAY):
            yield NearMiss(Event.OUTAGE, "says that it only may come", tuple(sentence.span(mark) for mark in marks))
            continue
        yield judged(sentence, Event.OUTAGE, graded(sentence, Certainty.OBSERVED), marks)


def _by_schedule(sentence: Sentence) -> Iterator[Outcome]:
    """Cuts by the hour that emergency cuts give way to: better, and cuts all the same."""
    for again in sentence.all("scheduled")[:1]:
        if not sentence.has("effort", "might", "not"):
            yield judged(sentence, Event.OUTAGE, graded(sentence, Certainty.LIKELY), (again,))


def _goes_on(sentence: Sentence, lifted: list[Found]) -> bool:
    """Tell whether cuts are only made shorter or fewer: then there still are some."""
    eased = {each.first for each in sentence.all("eased")}
    return bool(lifted) and all(each.first in eased for each in lifted)


def _aimed(sentence: Sentence, lost: Found) -> bool:
    """Tell whether an outage is what somebody is after: "to plunge the country into darkness"."""
    aims = [
        each for each in sentence.near(lost, "aim", before=_AIMED) if sentence.clause[each.first] == sentence.clause[lost.first]
    ]
    wanted = {each.first for each in aims}
    return bool(aims) and all(each.first in wanted for each in sentence.near(lost, "because", before=_AFTER))


def _undone(sentence: Sentence, lost: Found) -> bool:
    """Tell whether an outage is only what something comes back from: "power restored after a blackout"."""
    back = sentence.within(sentence.clause[lost.first], "restore", "restored")
    if back and sentence.near(lost, "because", before=_AFTER):
        return True
    once = sentence.near(lost, "which", before=1) if lost.label in {"dark", "fails"} and lost.first == lost.last else ()
    return any(each.first < which.first for each in back for which in once)


def _restorations(sentence: Sentence) -> Iterator[Outcome]:
    for back in sentence.all("restore"):
        what = _restored(sentence, back)
        if what and (sentence.near(back, "effort", before=_CLOSE) or _yet(sentence, back)):
            yield NearMiss(Event.RESTORATION, "says that it is only being tried", (sentence.span(back),))
        elif what:
            restored = judged(sentence, Event.RESTORATION, Certainty.OBSERVED, (back, what))
            yield restored
            if not_yet := _not_yet(sentence, restored):
                yield not_yet
    for lifted in sentence.all("lifted"):
        if _displaced(sentence, lifted):
            yield NearMiss(Event.RESTORATION, "says that emergency cuts take the place of schedules", (sentence.span(lifted),))
        elif cut := _nearest(sentence, lifted, sentence.near(lifted, "cuts", "dark", before=_CLOSE, after=_CLOSE)):
            marks = (lifted,) if negated(sentence, cut) else (lifted, cut)
            yield judged(sentence, Event.RESTORATION, Certainty.OBSERVED, marks)
    yield from _felt(sentence)
    yield from _anew(sentence)
    for mark in sentence.all("restored"):
        if sentence.near(mark, "effort", before=_CLOSE) or _yet(sentence, mark):
            yield NearMiss(Event.RESTORATION, "says that it is only being tried", (sentence.span(mark),))
        else:
            yield judged(sentence, Event.RESTORATION, Certainty.OBSERVED, (mark,))


def _yet(sentence: Sentence, back: Found) -> bool:
    """Tell whether a form of coming back says that it is still to come, and nobody "managed to"."""
    forms = [each for each in sentence.all("yet") if each.first <= back.last and back.first <= each.last]
    return bool(forms) and not sentence.has("managed")


def _displaced(sentence: Sentence, lifted: Found) -> bool:
    """Tell whether what does not apply is the schedule, for worse is in force: "emergency cuts, no schedules"."""
    refused = any(each.first == lifted.first for each in sentence.all("not"))
    return refused and bool(sentence.near(lifted, "schedule", before=_READY)) and sentence.has("emergency")


def _anew(sentence: Sentence) -> Iterator[Outcome]:
    """Light or heat that is there again, and cuts that are not: "street lamps for the first time since November"."""
    if sentence.has("fails", "dark", "damage", "effort", "stopped", "icy", "if", "not_after"):
        return
    struck = any(not sentence.near(act, "because", before=_AFTER) for act in sentence.all("attack", "fired"))
    for anew in sentence.all("anew"):
        near = sentence.near(anew, "supply", "mains", "radiators", before=_AFTER, after=_BACK)
        gone = [each for each in sentence.near(anew, "cuts", before=_READY, after=_READY) if negated(sentence, each)]
        if (near or gone) and not struck and not (sentence.has("cuts") and not gone):
            yield judged(sentence, Event.RESTORATION, Certainty.LIKELY, (anew,))


def _felt(sentence: Sentence) -> Iterator[Outcome]:
    """Light and heat that come, and what is seen of them: warm radiators, lifts that run again."""
    came = (
        (supply, verb)
        for verb in sentence.all("arrives")
        for supply in sentence.near(verb, "supply", before=_ARRIVES)
        if supply.last < verb.first
    )
    for marks in (*came, *seen(sentence, "warmed", "radiators"), *seen(sentence, "running", "mains")):
        if sentence.has("dark", "cuts") or any(sentence.near(each, "effort", before=_CLOSE) for each in marks):
            yield NearMiss(Event.RESTORATION, "says that it is only being tried", tuple(map(sentence.span, marks)))
        else:
            yield judged(sentence, Event.RESTORATION, Certainty.LIKELY, marks)


def _not_yet(sentence: Sentence, restored: Outcome) -> Claim | None:
    """Return the outage that lasts where something is said not to be back: "світло ще не повернули"."""
    if isinstance(restored, NearMiss) or restored.certainty or sentence.has("deny"):
        return None
    return replace(restored, event=Event.OUTAGE, certainty=graded(sentence, Certainty.LIKELY))


def _restored(sentence: Sentence, back: Found) -> Found | None:
    """Return what comes back: a supply, or those who had none, in the same clause; not the "power" of "power cuts"."""
    cuts = {word for each in sentence.all("cuts") for word in range(each.first, each.last + 1)}
    around = sentence.within(sentence.clause[back.first], "supply", "homes", "dark")
    reach = (each for each in around if max(each.first - back.last, back.first - each.last) <= _GOVERNS)
    return next((each for each in reach if each.first not in cuts), None)


def _nearest(sentence: Sentence, mark: Found, found: list[Found]) -> Found | None:
    """Return the term nearest to a mark, in its own clause first."""
    clause = sentence.clause[mark.first]
    return min(found, key=lambda each: (sentence.clause[each.first] != clause, abs(each.first - mark.first)), default=None)


def _colds(sentence: Sentence) -> Iterator[Outcome]:
    if not (sentence.quantities or sentence.has("frost")) or (sentence.has("enemy") and not sentence.named(*HOME)):
        return
    for cold in sentence.all("frost"):
        yield judged(sentence, Event.SEVERE_COLD, Certainty.LIKELY, (cold,))
    for degrees in sentence.quantities:
        if degrees.kind == "frost" and SEVERE_FROST[0] <= degrees.number <= SEVERE_FROST[1]:
            yield judged(sentence, Event.SEVERE_COLD, Certainty.LIKELY, (Found("frost", degrees.first, degrees.last),))
