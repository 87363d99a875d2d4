"""What a sentence claims of strikes to come: those that are large, or aimed at energy, and what is meant with them."""

from collections.abc import Iterator, Mapping

from alerter.domain.model import Certainty, Event
from alerter.domain.news.claims import NearMiss, Outcome, judged
from alerter.domain.news.scope import striker
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.size import SUMMARY, least, sizes
from alerter.domain.terms import Found

WEIGHTLESS = "says neither that it is large nor that it is aimed at energy"
_GOVERNS = 6
_CLOSE = 4
_AHEAD = 8
_FIRED = 3


def warnings(sentence: Sentence, ahead: Mapping[Found, Found]) -> Iterator[Outcome]:
    """A strike that is large, or aimed at energy, and still to come; `ahead` has the word that says so for each."""
    for mark in sentence.all("imminent"):
        yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (mark,))
    for bomber in sentence.all("bombers"):
        for off in sentence.near(bomber, "airborne", before=_GOVERNS, after=_GOVERNS)[:1]:
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (bomber, off))
        launched = sentence.near(bomber, "fired", after=_FIRED)
        if launched and not sentence.quantities and not sentence.has("past", "downed"):
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (bomber, launched[0]))
    if sentence.has("aimed", "embassy_shut", "retaliation"):
        yield from _targets_to_come(sentence)
    yield from _darkness_to_come(sentence)
    for act, word in ahead.items():
        if act.label != "damage" and striker(sentence, act) != "own":
            yield _warning(sentence, word, act)


def _weighty(sentence: Sentence, act: Found) -> bool:
    """Tell whether a strike matters otherwise: by bombers, by so many weapons, or as a barrage."""
    heavy = any(each.first <= act.last and act.first <= each.last for each in sentence.all("heavy"))
    near = sentence.near(act, "heavy", before=2, after=1)
    many = not sentence.has("downed", "fired") and any(least(each.kind) <= each.number <= SUMMARY for each in sentence.quantities)
    wide = sentence.has("missile") and sentence.has("enemy", "agent", "authority", "source") and not sentence.places
    return heavy or bool(near) or many or wide or sentence.has("bombers")


def _targets_to_come(sentence: Sentence) -> Iterator[Outcome]:
    """Energy that is said to be the next target, or in the crosshairs."""
    for aimed in sentence.all("aimed"):
        targets = [
            each
            for each in sentence.all("grid", "energy")
            if abs(each.first - aimed.first) <= _AHEAD and abs(sentence.clause[each.first] - sentence.clause[aimed.first]) <= 1
        ]
        if targets and striker(sentence, aimed) != "own":
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (aimed, targets[0]))
    for shut in sentence.all("embassy_shut"):
        if threats := sentence.all("threat", "attack", "warn"):
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (shut, threats[-1]))
    for answer in sentence.all("retaliation"):
        threats = sentence.within(sentence.clause[answer.first], "threat", "prepare")
        if threats and sentence.has("enemy", "agent", "envoy") and striker(sentence, threats[0]) != "own":
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (threats[0], answer))


_TO_COME = ("prepare", "threat", "might")


def _darkness_to_come(sentence: Sentence) -> Iterator[Outcome]:
    """The enemy who means to put out lights or heat, or officials who fear it: "plans to leave the country without light"."""
    if not sentence.has("prepare", "threat", "might", "warn"):
        return
    feared = sentence.has("warn", "threat", "might") and sentence.has("authority", "source")
    if sentence.has("guard") or not (feared or sentence.has("enemy", "agent")):
        return
    for lost in sentence.all("dark", "cuts", "damage", "harming"):
        hits = lost.label in {"damage", "harming"}
        if hits and not sentence.near(lost, "grid", "energy", "supply", before=_CLOSE, after=_GOVERNS):
            continue
        if word := _meant(sentence, lost, feared=feared and hits):
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (word, lost))
            return


def _meant(sentence: Sentence, lost: Found, *, feared: bool) -> Found | None:
    """Return the word that says that an outage is what the enemy is after, or, when it may be `feared`, who fears it."""
    clause = sentence.clause[lost.first]
    if sentence.within(clause, "own"):
        return None
    foes = sentence.within(clause, "enemy", "agent")
    for word in sentence.within(clause, *_TO_COME, *(("warn",) if feared else ())):
        if any(each.first < word.first for each in sentence.all("attack")):
            return None
        by = feared or any(each.first < word.first + _CLOSE for each in foes)
        if by and -1 < lost.last - word.last <= _AHEAD and not _struck_between(sentence, word, lost):
            return word
    return None


def _struck_between(sentence: Sentence, one: Found, other: Found) -> bool:
    return any(one.last < each.first < other.first for each in sentence.all("attack"))


def _warning(sentence: Sentence, word: Found, act: Found) -> Outcome:
    spans = (sentence.span(word), sentence.span(act))
    if sentence.has("crime"):
        return NearMiss(Event.STRIKE_WARNING, "tells of a court or an arrest", spans)
    if word.label == "prepare" and sentence.near(word, "not", after=1):
        return NearMiss(Event.STRIKE_WARNING, "says that it is not prepared", spans)
    clause, begins = sentence.clause[act.first], min(word.first, act.first)
    targets = [each for each in sentence.within(clause, "grid", "energy", "infra") if each.first > begins]
    bracing = sentence.all("utility") if word.label in {"prepare", "warn"} else []
    weight = [*sizes(sentence, act, after=_CLOSE), *targets, *bracing]
    if not weight and not _weighty(sentence, act):
        return NearMiss(Event.STRIKE_WARNING, WEIGHTLESS, spans)
    certainty = Certainty.LIKELY if sentence.has("warn", "source", "prepare") else Certainty.POSSIBLE
    return judged(sentence, Event.STRIKE_WARNING, certainty, (word, *weight[:1], act))
