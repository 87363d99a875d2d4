"""In words: why each event was concluded from a text, or why not."""

from dataclasses import dataclass

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import Event, Span
from alerter.domain.news.article import article
from alerter.domain.news.placing import Reading
from alerter.domain.news.sentence import Sentence

Parts = tuple[tuple[str, tuple[str, ...]], ...]
_TARGET = ("grid", "energy", "infra")
_PARTS: dict[Event, Parts] = {
    Event.GRID_ATTACK: (("an energy target", _TARGET), ("an attack or damage", ("attack", "damage", "harm", "fired"))),
    Event.LARGE_STRIKE: (
        ("a strike", ("attack", "salvo", "fired", "downed")),
        ("a word or number that makes it large", ("large", "salvo", "hundreds", "dozens")),
    ),
    Event.STRIKE_WARNING: (
        ("a strike", ("attack", "fired", "imminent")),
        ("a word that puts it ahead", ("warn", "prepare", "threat", "might", "imminent")),
        ("size or an energy target", (*_TARGET, "large", "bombers", "imminent")),
    ),
    Event.OUTAGE: (("light, heat or hot water that is off", ("dark", "cuts", "fails")),),
    Event.RESTORATION: (
        ("something that comes back", ("restore", "lifted", "restored")),
        ("light or heat", ("supply", "homes", "dark", "cuts", "restored")),
    ),
    Event.TRUCE: (("a truce", ("truce", "halt")), ("that it is agreed or in force", ("agreed",))),
    Event.TRUCE_OVER: (("a truce", ("truce", "halt")), ("that it ended or was broken", ("over", "resume"))),
    Event.SEVERE_COLD: (("severe frost, in words or degrees", ("frost", "frost_unit")),),
}
"""What each event needs, and the roles that say it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an event was concluded or not, and the words that decided."""

    event: Event
    concluded: bool
    why: str
    spans: tuple[Span, ...] = ()


def reasons(reading: Reading, lexicon: Lexicon) -> list[Reason]:
    """Return a reason for each of the events, in their order."""
    parsed = article(reading.text, lexicon)
    return [_reason(event, reading, parsed) for event in Event]


def _reason(event: Event, reading: Reading, parsed: list[Sentence]) -> Reason:
    claims = [each for each in reading.assertions if each.event is event]
    best = max(claims, key=lambda each: each.certainty, default=None)
    if best is not None:
        why = f"is concluded: {best.certainty.label}" if best.certainty else "is denied"
        return Reason(event, bool(best.certainty), why, best.spans)
    nearly = next((each for each in reading.misses if each.event is event), None)
    if nearly:
        return Reason(event, concluded=False, why=f"is not: the text {nearly.why}", spans=nearly.spans)
    return _missing(event, reading, parsed)


def _missing(event: Event, reading: Reading, parsed: list[Sentence]) -> Reason:
    there = [(part, _first(parsed, roles)) for part, roles in _PARTS[event]]
    lacking = [part for part, span in there if span is None]
    spans = tuple(span for _, span in there if span)
    if len(lacking) == len(there):
        return Reason(event, concluded=False, why="is not: nothing speaks of it")
    if lacking:
        return Reason(event, concluded=False, why=f"is not: the text does not say {' nor '.join(lacking)}", spans=spans)
    if not reading.anchored:
        why = "is not: the text names neither the country, nor a place in it, nor one of the sides"
    else:
        why = "is not: its words stand in different clauses, or too far apart"
    return Reason(event, concluded=False, why=why, spans=spans)


def _first(parsed: list[Sentence], roles: tuple[str, ...]) -> Span | None:
    return next((sentence.span(mark) for sentence in parsed for mark in sentence.all(*roles)), None)
