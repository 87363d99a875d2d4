"""What a sentence claims of truces: that they are agreed or in force, that they ended or were broken."""

from collections.abc import Iterator
from dataclasses import replace

from alerter.domain.model import Certainty, Event
from alerter.domain.news.claims import NearMiss, Outcome, judged
from alerter.domain.news.scope import denied, negated, striker
from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

PROPOSAL = "tells of a proposal or a wish, not of an agreement"
_STRIKING = ("attack", "damage", "missile", "drone")
_REACH = 26
_GOVERNS = 6
_HEADING = 4
_PROMISED = 2


def truces(sentence: Sentence) -> Iterator[Outcome]:
    """Yield what a sentence claims and nearly claims of truces and their end."""
    for truce in sentence.all("truce"):
        over = [each for each in sentence.all("over") if abs(each.first - truce.first) <= _REACH]
        agreed = _agreed(sentence, truce)
        if over and over[0].last < truce.first and sentence.near(truce, "sake", before=1):
            yield NearMiss(Event.TRUCE_OVER, "speaks of what is refused beside a truce", (sentence.span(truce),))
        elif over:
            ended = judged(sentence, Event.TRUCE_OVER, Certainty.LIKELY, (over[0], truce))
            one = over[0].first <= truce.last and truce.first <= over[0].last
            doubtful = one or negated(sentence, over[0], (over[0], truce)) or denied(sentence, over[0])
            yield ended if doubtful else _not_kept(ended)
        elif _unkept(sentence, truce):
            yield _not_kept(judged(sentence, Event.TRUCE_OVER, Certainty.LIKELY, (truce,)))
        elif _proposed(sentence, truce, agreed) and not _accepted(sentence, truce, agreed):
            yield NearMiss(Event.TRUCE, PROPOSAL, (sentence.span(truce),))
        elif agreed and not any(_broken(sentence)):
            yield judged(sentence, Event.TRUCE, Certainty.POSSIBLE, (agreed[0], truce))
        elif not agreed:
            yield NearMiss(Event.TRUCE, "does not say that it is agreed or in force", (sentence.span(truce),))
    yield from _resumptions(sentence)
    yield from _broken(sentence)


def _proposed(sentence: Sentence, truce: Found, agreed: list[Found]) -> bool:
    """Tell whether a truce is wished for in its clause, or but a term of what the sentence says is offered."""
    term = sentence.has("offer") and all(_part_of(each, truce) for each in agreed)
    return term or bool(_about(sentence, truce, "propose"))


def _not_kept(outcome: Outcome) -> Outcome:
    """Take the "not" of "does not honour the ceasefire" for what it says: it denies nothing."""
    return outcome if isinstance(outcome, NearMiss) else replace(outcome, certainty=Certainty.LIKELY)


def _accepted(sentence: Sentence, truce: Found, agreed: list[Found]) -> list[Found]:
    """Return what says that a party consents, or that the attacker himself halts; beside an offer his halt is but a term."""
    if consent := _consent(sentence, truce):
        return consent
    return [] if sentence.has("offer") else [each for each in agreed if _part_of(each, truce)]


def _broken(sentence: Sentence) -> Iterator[Outcome]:
    """A strike in spite of what was agreed: "despite the promise they hit the plant"."""
    for pact in sentence.all("pact"):
        ends = sentence.near(pact, "over", before=1, after=2)
        if (
            ends
            and sentence.has("enemy", "agent", "missile", "drone", "grid")
            and sentence.has(*_STRIKING)
            and not sentence.has("if", "propose")
        ):
            yield judged(sentence, Event.TRUCE_OVER, Certainty.POSSIBLE, (ends[0], pact))
    for deal in sentence.all("deal"):
        acts = [act for act in sentence.all("attack", "damage") if striker(sentence, act) == "enemy"]
        acts = acts or [act for act in sentence.all(*_STRIKING) if act.first > deal.last and sentence.has("enemy", "agent")]
        if acts:
            yield judged(sentence, Event.TRUCE_OVER, Certainty.LIKELY, (deal, acts[0]))


def _unkept(sentence: Sentence, truce: Found) -> list[Found]:
    """Return the words that say that a truce is not kept: "does not honour the ceasefire"."""
    keeping = sentence.within(sentence.clause[truce.first], "keep")
    return [each for each in keeping if sentence.near(each, "not", before=2)]


def _consent(sentence: Sentence, truce: Found) -> list[Found]:
    """Return the words of consent in the clause of a truce or beside it: "Kyiv said yes: nobody will strike"."""
    clause = sentence.clause[truce.first]
    promised = sentence.near(truce, "promise", before=_PROMISED) if _by_the_enemy(sentence, truce) else []
    return [each for each in sentence.all("accepted") if abs(sentence.clause[each.first] - clause) <= 1] + promised


def _about(sentence: Sentence, truce: Found, role: str) -> list[Found]:
    """Return the terms of the clause of a truce; those of the next too, where it is but a heading: "Energy truce: …"."""
    clause = sentence.clause[truce.first]
    heading = sentence.clause.count(clause) <= _HEADING
    return [each for each in sentence.all(role) if 0 <= sentence.clause[each.first] - clause <= heading]


def _agreed(sentence: Sentence, truce: Found) -> list[Found]:
    """Return what says that a truce is in force; a halt says so itself when the attacker is who halts."""
    around = [*_about(sentence, truce, "agreed"), *_consent(sentence, truce)]
    near = [each for each in around if abs(each.first - truce.first) <= _REACH]
    return [each for each in near if not _part_of(each, truce) or _by_the_enemy(sentence, truce)]


def _part_of(mark: Found, truce: Found) -> bool:
    return truce.first <= mark.first <= truce.last


def _by_the_enemy(sentence: Sentence, truce: Found) -> bool:
    """Tell whether the attacker is who halts: "Russia suspends strikes", not "wants Russia to", nor "air defence halts"."""
    ahead = [each for each in sentence.within(sentence.clause[truce.first], "enemy", "agent") if each.first < truce.first]
    return bool(ahead) and not sentence.near(truce, "at", before=1)


def _resumptions(sentence: Sentence) -> Iterator[Outcome]:
    """Strikes on energy, or after a pause, that begin again."""
    if not sentence.has("grid", "energy", "truce", "halt"):
        return
    for back in sentence.all("resume"):
        acts = [each for each in sentence.near(back, "attack", after=_GOVERNS // 2) if striker(sentence, each) != "own"]
        if acts and not any(back.last < each.first < acts[0].first for each in sentence.all("because")):
            yield judged(sentence, Event.TRUCE_OVER, Certainty.LIKELY, (back, acts[0]))
