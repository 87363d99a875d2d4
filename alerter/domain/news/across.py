"""What neighbouring sentences say together: weapons counted in a title, a truce and its end in two breaths."""

from collections.abc import Collection, Iterator

from alerter.domain.model import Certainty, Event
from alerter.domain.news.article import AWAY
from alerter.domain.news.claims import Claim, NearMiss, judged
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.size import SUMMARY, least
from alerter.domain.news.strikes import happened, told
from alerter.domain.places import Kind
from alerter.domain.terms import Found

Placeable = tuple[int, Claim | NearMiss]


def together(parsed: list[Sentence], weightless: Collection[int]) -> Iterator[Placeable]:
    """Yield claims that no sentence makes alone, with the number of the sentence that they stand in.

    `weightless` are the sentences that warn of a strike and say neither that it is large nor that it is aimed at energy.
    """
    for index, sentence in enumerate(parsed):
        if index not in weightless and not sentence.quantities and not sentence.has(*_ASKED):
            continue
        beside = [each for each in parsed[max(0, index - 1) : index + 2] if each is not sentence and not each.named(*AWAY)]
        found = [
            *_counted(sentence, beside),
            *_on_fire(sentence, beside),
            *_waiting(sentence, beside),
            *_ended(sentence, beside),
            *_agreed(sentence, beside),
        ]
        yield from ((index, outcome) for outcome in found)
        yield from ((index, outcome) for outcome in _weighed(sentence, beside, warns=index in weightless))
        if len(parsed) <= _SHORT:
            yield from ((index, outcome) for outcome in _foretold(sentence, beside))


def _counted(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """Many weapons without a verb, and a strike in the next sentence: "Ninety missiles. They hit the grid"."""
    if (
        not sentence.quantities
        or sentence.has("attack", "fired", "downed", *_NO_NEWS)
        or not any(happened(each) or each.has("harm") for each in beside)
    ):
        return
    for many in sentence.quantities:
        if least(many.kind) <= many.number <= SUMMARY:
            yield judged(sentence, Event.LARGE_STRIKE, Certainty.LIKELY, (Found(many.kind, many.first, many.last),))


def _on_fire(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """A plant on fire, and beside it who fired: "Explosions in Burshtyn, fire at the plant. Russia used missiles"."""
    if sentence.has("attack", "weather", "drone", "missile", "weapon", "enemy", "own") or not sentence.has("harm"):
        return
    fired = [
        each for each in beside if (each.has("enemy", "foe", "agent") and each.has("fired", "attack")) and happened(each, "fired")
    ]
    for target in sentence.all("grid")[:1] if fired else ():
        yield judged(sentence, Event.GRID_ATTACK, Certainty.LIKELY, (sentence.all("harm")[0], target))


_NO_NEWS = ("period", "might", "warn", "prepare", "threat")


def _weighed(sentence: Sentence, beside: list[Sentence], *, warns: bool) -> Iterator[Claim | NearMiss]:
    """A strike that is to come, and beside it what makes it matter: "They will strike again. The target is the grid"."""
    preparing = [mark for mark in sentence.all("prepare") if sentence.has(*_ENEMY)]
    spoken = sentence.has("warn", "threat", "prepare", "foreseen", "source")
    if not (warns or preparing) or not spoken or sentence.has("guard", "own"):
        return
    for each in beside:
        weight = each.all("grid", "energy", "salvo", "bombers") or (each.has("attack") and each.all("large"))
        if weight and not happened(each):
            mark = preparing[0] if preparing else next(iter(sentence.all("warn", "threat", "might", "foreseen", "prepare")))
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.POSSIBLE, (mark,))
            return


_ENEMY = ("enemy", "foe", "agent")


def _foretold(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """What is feared or prepared, who speaks or acts, and a weapon and its target: a warning in loose words.

    Nothing may be told as a fact beside it, for then the same words tell of what was.
    """
    around = (sentence, *beside)
    if any(each.has(*_SPEAKS_AGAINST) or each.question or told(each) for each in around):
        return
    if any(sentence.near(act, "because", before=_BECAUSE) for act in sentence.all("attack")):
        return
    armed = [each for each in around if each.has("attack", "harming", "missile", "drone", "bombers", "heavy")]
    aimed = [each for each in around if each.has("grid", "energy") or _at_the_country(each)]
    foes = any(each.has("enemy", "foe", "agent", "foe_arms") for each in around)
    officials = any(each.has("authority", "source") for each in around)
    if armed and aimed and (sentence in armed or sentence in aimed):
        signs = [*(_FEARING if foes or officials else ()), *(("prepare", "foreseen", "next") if foes else ())]
        for sign in sentence.all(*signs)[:1]:
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.POSSIBLE, (sign,))


def _at_the_country(sentence: Sentence) -> bool:
    """Tell whether missiles threaten the whole country, and a sentence says so in an official's words."""
    everywhere = sentence.named(Kind.COUNTRY, Kind.NATIONWIDE)
    return everywhere and sentence.has("missile") and sentence.has("heavy", "large", "authority")


_FEARING = ("warn", "threat")
_BECAUSE = 3
_SHORT = 4
"""Sentences of an item that tells of one thing: what stands side by side in a digest has nothing to do with it."""
_ASKED = ("prepare", "waiting", "truce", "harm", "warn", "threat", "foreseen", "next")
_SPEAKS_AGAINST = ("truce", "guard", "own", "crime", "downed", "harm", "dark", "cuts", "restored", "deal", "lull")


def _waiting(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """Those who wait where others have light again: "60,000 have power again. Another 85,000 are still waiting"."""
    if sentence.has("waiting") and any(
        each.has("restored", "restore") and each.has("supply", "homes", "restored") for each in beside
    ):
        numbers = [word for word in sentence.words if word.word[0].isdigit()]
        for waiting in sentence.all("waiting")[:1]:
            if numbers and not sentence.has("restored", "dark", "cuts"):
                yield judged(sentence, Event.OUTAGE, Certainty.LIKELY, (waiting,))


def _ended(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """A truce, and beside it words that say of nothing by name that it ended: "Time is up. Will the pause last?"."""
    if not sentence.has("truce") or sentence.has("over") or not any(each.has("ended") for each in (sentence, *beside)):
        return
    for truce in sentence.all("truce")[:1]:
        yield Claim(Event.TRUCE_OVER, Certainty.POSSIBLE, (truce,))


def _agreed(sentence: Sentence, beside: list[Sentence]) -> Iterator[Claim | NearMiss]:
    """A truce, and beside it the attacker who agrees: "Putin said yes. How long strikes will cease is unknown"."""
    if (
        not sentence.has("truce")
        or sentence.has("over", "agreed", "propose", "ended")
        or any(each.has("over", "ended", "truce") for each in beside)
    ):
        return
    for truce in sentence.all("truce")[:1]:
        for each in beside:
            if each.has("enemy") and each.has("accepted") and not each.question:
                outcome = judged(each, Event.TRUCE, Certainty.POSSIBLE, (each.all("accepted")[0],))
                yield outcome if isinstance(outcome, NearMiss) else Claim(Event.TRUCE, outcome.certainty, (truce,))
