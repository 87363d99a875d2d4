"""What a sentence claims of how things stand: light and heat, truces, frost."""

from collections.abc import Iterator

from alerter.domain.model import Certainty, Event
from alerter.domain.news.claims import NearMiss, Outcome, graded, judged
from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

SEVERE_FROST = (15, 45)
"""Frost of so many degrees Celsius below zero counts as severe; beyond the second it is no weather of these parts."""
_REACH = 26
_GOVERNS = 6
_CLOSE = 4
_MAY = 5


def states(sentence: Sentence) -> Iterator[Outcome]:
    """Yield what a sentence claims and nearly claims of outages, their end, truces and frost."""
    yield from _outages(sentence)
    yield from _restorations(sentence)
    yield from _truces(sentence)
    yield from _colds(sentence)


def _outages(sentence: Sentence) -> Iterator[Outcome]:
    for lost in sentence.all("dark", "cuts"):
        spans = (sentence.span(lost),)
        if sentence.near(lost, "lifted", before=_CLOSE, after=_CLOSE):
            continue
        if sentence.near(lost, "might", before=_MAY, after=_MAY):
            yield NearMiss(Event.OUTAGE, "says that it only may come", spans)
            continue
        yield judged(sentence, Event.OUTAGE, graded(sentence, Certainty.OBSERVED), (lost,))


def _restorations(sentence: Sentence) -> Iterator[Outcome]:
    for back in sentence.all("restore"):
        clause = sentence.clause[back.first]
        cuts = {word for each in sentence.all("cuts") for word in range(each.first, each.last + 1)}
        what = [
            each
            for each in sentence.within(clause, "supply", "dark")
            if max(each.first - back.last, back.first - each.last) <= _GOVERNS and each.first not in cuts
        ]
        if what and sentence.near(back, "effort", before=_CLOSE):
            yield NearMiss(Event.RESTORATION, "says that it is only being tried", (sentence.span(back),))
        elif what:
            yield judged(sentence, Event.RESTORATION, Certainty.OBSERVED, (back, what[0]))
    for lifted in sentence.all("lifted"):
        for cut in sentence.near(lifted, "cuts", "dark", before=_CLOSE, after=_CLOSE)[:1]:
            yield judged(sentence, Event.RESTORATION, Certainty.OBSERVED, (lifted, cut))
    for mark in sentence.all("restored"):
        yield judged(sentence, Event.RESTORATION, Certainty.OBSERVED, (mark,))


def _truces(sentence: Sentence) -> Iterator[Outcome]:
    for truce in sentence.all("truce"):
        clause = sentence.clause[truce.first]
        spans = (sentence.span(truce),)
        over = [each for each in sentence.all("over") if abs(each.first - truce.first) <= _REACH]
        agreed = [each for each in sentence.within(clause, "agreed") if abs(each.first - truce.first) <= _REACH]
        if over:
            yield judged(sentence, Event.TRUCE_OVER, Certainty.LIKELY, (over[0], truce))
        elif sentence.within(clause, "propose") and not sentence.within(clause, "accepted"):
            yield NearMiss(Event.TRUCE, "tells of a proposal or a wish, not of an agreement", spans)
        elif agreed:
            yield judged(sentence, Event.TRUCE, Certainty.POSSIBLE, (agreed[0], truce))
        else:
            yield NearMiss(Event.TRUCE, "does not say that it is agreed or in force", spans)


def _colds(sentence: Sentence) -> Iterator[Outcome]:
    for cold in sentence.all("frost"):
        yield judged(sentence, Event.SEVERE_COLD, Certainty.LIKELY, (cold,))
    for degrees in sentence.quantities:
        if degrees.kind == "frost" and SEVERE_FROST[0] <= degrees.number <= SEVERE_FROST[1]:
            yield judged(sentence, Event.SEVERE_COLD, Certainty.LIKELY, (Found("frost", degrees.first, degrees.last),))
