"""The words that say that light, heat or hot water is off."""

from collections.abc import Iterator

from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

_CLOSE = 4
_NEXT = 3
_OFF = ("dark", "cuts", "fails", "icy", "stopped")


def losses(sentence: Sentence) -> list[tuple[Found, ...]]:
    """Return what a sentence says to be off; it is looked for once."""
    if sentence.lost is None:
        sentence.lost = list(_losses(sentence)) if sentence.has(*_OFF) else []
    return sentence.lost


def _losses(sentence: Sentence) -> Iterator[tuple[Found, ...]]:
    """Yield each loss: one mark that says all ("without heat"), or how it goes and what ("shut off", "the heating")."""
    said = sentence.all("dark", "cuts")
    yield from ((mark,) for mark in said)
    for fails in sentence.all("fails"):
        supplies = sentence.near(fails, "supply", before=_CLOSE, after=_CLOSE)
        supply = next((each for each in supplies if _free(sentence, each) and _together(sentence, fails, each)), None)
        if supply and not any(mark.first <= word <= mark.last for mark in said for word in (fails.first, supply.first)):
            yield fails, supply
    if not sentence.has("weather"):
        yield from seen(sentence, "icy", "radiators")
        yield from seen(sentence, "stopped", "mains")


def seen(sentence: Sentence, how: str, what: str) -> Iterator[tuple[Found, ...]]:
    """Yield what is seen of it in homes and streets: cold radiators, lifts that stand still."""
    for state in sentence.all(how):
        things = sentence.near(state, what, before=_NEXT, after=_NEXT)
        thing = next((each for each in things if _together(sentence, state, each)), None)
        if thing and not sentence.near(state, "not", before=1):
            yield state, thing


def _together(sentence: Sentence, one: Found, other: Found) -> bool:
    return sentence.clause[one.first] == sentence.clause[other.first]


def _free(sentence: Sentence, supply: Found) -> bool:
    """Tell whether a word is no part of a longer name: the "power" of "power plant"."""
    return not any(mark.first <= supply.first <= mark.last > mark.first for mark in sentence.all("grid"))
