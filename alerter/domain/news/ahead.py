"""Which strikes are not told as facts: those still to come, and those that a truce rules out."""

from alerter.domain.news.scope import negated
from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

_AHEAD = 8
_CLOSE = 4


def ahead(sentence: Sentence, act: Found) -> Found | None:
    """Return the word that puts an attack in the future: "warns of a strike", "attack threats"; it is found once."""
    if not sentence.has(*_LATER):
        return None
    known = sentence.later
    if act not in known:
        known[act] = _put_ahead(sentence, act)
    return known[act]


_LATER = ("next", "to_strike", "warn", "prepare", "threat", "might", "foreseen")


def _put_ahead(sentence: Sentence, act: Found) -> Found | None:
    if sentence.has("next") and (soon := sentence.near(act, "next", before=1)):
        return soon[0]
    if act.label == "attack" and (meant := sentence.near(act, "to_strike", before=_INFINITIVE)):
        return meant[-1]
    if not sentence.has("warn", "prepare", "threat", "might", "foreseen"):
        return None
    if act.label == "damage":
        return next(iter(sentence.near(act, "prepare", "might", before=1)), None)
    words = sentence.within(sentence.clause[act.first], "warn", "prepare", "threat", "might")
    return _foreseen(sentence, act) or next((each for each in words if _puts_ahead(sentence, each, act)), None)


def _puts_ahead(sentence: Sentence, word: Found, act: Found) -> bool:
    if word.first - act.last == 1 or word.first <= act.first <= word.last:
        return True
    if not 0 < act.first - word.last <= _AHEAD:
        return False
    return not any(word.last < each.first < act.first for each in sentence.all("because"))


def _foreseen(sentence: Sentence, act: Found) -> Found | None:
    """Return what says behind an attack that it is still to come: "a large attack on Kyiv is expected"."""
    others = {each.first for each in sentence.all("attack", "damage", "dark", "because")}
    denials = {word for each in sentence.all("not", "not_after") for word in range(each.first, each.last + 1)}
    for word in sentence.within(sentence.clause[act.first], "foreseen"):
        near = 0 < word.first - act.last <= _FORESEEN and others.isdisjoint(range(act.last + 1, word.first))
        if near and word.first not in denials and not negated(sentence, word):
            told = sentence.text[sentence.words[act.last].end : sentence.words[word.first].start]
            if "," not in told:
                return word
    return None


_BROKEN = 2
_INFINITIVE = 2
"""Words from "to deal" to its blow: what somebody is to do, or means to, has not been done."""
_FORESEEN = 8
"""Words from a strike to the one behind it that says it is still to come."""


def in_truce(sentence: Sentence, act: Found) -> bool:
    """Tell whether an attack is one that a truce rules out: "a moratorium on strikes"."""
    return any(
        truce.first <= act.first <= truce.last + _CLOSE
        and sentence.clause[truce.first] == sentence.clause[act.first]
        and not _torn(sentence, truce, act)
        for truce in sentence.all("truce")
    )


def _torn(sentence: Sentence, truce: Found, act: Found) -> bool:
    """Tell whether an attack behind a truce is what broke it: "they broke the truce with a massive strike"."""
    broken = sentence.near(truce, "over", before=_BROKEN)
    return bool(broken) and act.first > truce.last and not sentence.near(truce, "upon", "at", after=1)
