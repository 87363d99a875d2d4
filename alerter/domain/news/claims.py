"""What a sentence may claim, and what speaks against a claim."""

from dataclasses import dataclass

from alerter.domain.model import Certainty, Event, Span
from alerter.domain.news.scope import Side, denied, negated, side, striker, unreal
from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found


@dataclass(frozen=True, slots=True)
class Claim:
    """An event that a sentence claims, with the words that say so and the clauses they stand in."""

    event: Event
    certainty: Certainty
    marks: tuple[Found, ...]
    side: Side = Side.NOWHERE
    hostile: bool = False  # an attacker is named as the one who acts


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An event that a sentence speaks of and does not claim, and why."""

    event: Event
    why: str
    spans: tuple[Span, ...]


Outcome = Claim | NearMiss


def judged(sentence: Sentence, event: Event, certainty: Certainty, marks: tuple[Found, ...]) -> Outcome:
    """Return the claim of these marks, or what speaks against it; the last mark is what the event is about."""
    where = next((found for mark in reversed(marks) if (found := side(sentence, mark)) is not Side.NOWHERE), Side.NOWHERE)
    spans = tuple(sentence.span(mark) for mark in marks)
    ahead = event is Event.STRIKE_WARNING
    against = next((why for mark in marks if (why := unreal(sentence, mark, ahead=ahead))), None)
    if where is Side.ABROAD:
        against = "puts it in another country or behind the front"
    if against:
        return NearMiss(event, against, spans)
    if sentence.has("not", "not_after", "deny") and any(
        negated(sentence, mark, marks) or denied(sentence, mark) for mark in marks
    ):
        certainty = Certainty.UNLIKELY
    hostile = any(striker(sentence, mark) == "enemy" for mark in marks)
    return Claim(event, certainty, marks, where, hostile)


def graded(sentence: Sentence, plain: Certainty) -> Certainty:
    """Return how sure a sentence lets a plain claim be: less on hearsay, and only possible from the other side's ministry."""
    if sentence.has("enemy_source"):
        return Certainty.POSSIBLE
    return min(plain, Certainty.LIKELY) if sentence.has("hearsay") else plain
