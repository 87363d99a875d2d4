"""What makes a strike a large one: its words, and how many weapons are counted."""

from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

MANY_DRONES, MANY_MISSILES = 100, 20
"""From how many on a strike counts as large."""
SUMMARY = 1500
"""So many in one strike have never been seen: a number above counts weeks, or is no number of weapons."""
_LARGE = 6


def least(kind: str) -> int:
    """Return from how many of a kind on a strike counts as large."""
    return {"drone": MANY_DRONES, "missile": MANY_MISSILES, "aerial": MANY_DRONES}.get(kind, SUMMARY + 1)


def sizes(sentence: Sentence, act: Found, after: int = 2) -> list[Found]:
    """Return the words that make an attack large, in its clause: ahead of it, right behind it, or of one phrase with it."""
    phrases = [each for each in sentence.all("large") if each.first <= act.first <= each.last]
    around = [*sentence.near(act, "large", before=_LARGE, after=after), *phrases]
    return [each for each in around if sentence.clause[each.first] == sentence.clause[act.first]]
