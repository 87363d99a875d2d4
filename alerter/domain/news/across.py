"""What neighbouring sentences say together: weapons counted in a title, a truce and its end in two breaths."""

from collections.abc import Iterator

from alerter.domain.model import Certainty, Event
from alerter.domain.news.article import AWAY
from alerter.domain.news.claims import Claim, NearMiss, judged
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.strikes import SUMMARY, happened, least
from alerter.domain.terms import Found

Placeable = tuple[int, Claim | NearMiss]


def together(parsed: list[Sentence]) -> Iterator[Placeable]:
    """Yield claims that no sentence makes alone, with the number of the sentence that they stand in."""
    for index in range(len(parsed)):
        beside = [each for each in parsed[max(0, index - 1) : index + 2] if each is not parsed[index] and not each.named(*AWAY)]
        yield from ((index, outcome) for outcome in _counted(parsed[index], beside))
        yield from ((index, outcome) for outcome in _waiting(parsed[index], beside))
        yield from ((index, outcome) for outcome in _ended(parsed[index], beside))
        yield from ((index, outcome) for outcome in _agreed(parsed[index], beside))


def _counted(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """Many weapons without a verb, and a strike in the next sentence: "Ninety missiles. They hit the grid"."""
    if sentence.has("attack", "fired", "downed", "period", "might", "warn", "prepare", "threat") or not any(
        map(happened, beside)
    ):
        return
    for many in sentence.quantities:
        if least(many.kind) <= many.number <= SUMMARY:
            yield judged(sentence, Event.LARGE_STRIKE, Certainty.LIKELY, (Found(many.kind, many.first, many.last),))


def _waiting(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """Those who wait where others have light again: "60,000 have power again. Another 85,000 are still waiting"."""
    if any(each.has("restored", "restore") and each.has("supply", "homes", "restored") for each in beside):
        numbers = [word for word in sentence.words if word.word[0].isdigit()]
        for waiting in sentence.all("waiting")[:1]:
            if numbers and not sentence.has("restored", "dark", "cuts"):
                yield judged(sentence, Event.OUTAGE, Certainty.LIKELY, (waiting,))


def _ended(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """A truce, and beside it words that say of nothing by name that it ended: "Time is up. Will the pause last?"."""
    if sentence.has("over") or not any(each.has("ended") for each in (sentence, *beside)):
        return
    for truce in sentence.all("truce")[:1]:
        yield Claim(Event.TRUCE_OVER, Certainty.POSSIBLE, (truce,))


def _agreed(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """A truce, and beside it the attacker who agrees: "Putin said yes. How long strikes will cease is unknown"."""
    if sentence.has("over", "agreed", "propose", "ended") or any(each.has("over", "ended", "truce") for each in beside):
        return
    for truce in sentence.all("truce")[:1]:
        for each in beside:
            if each.has("enemy") and each.has("accepted") and not each.question:
                outcome = judged(each, Event.TRUCE, Certainty.POSSIBLE, (each.all("accepted")[0],))
                yield outcome if isinstance(outcome, NearMiss) else Claim(Event.TRUCE, outcome.certainty, (truce,))
