"""The cheap question asked of every text: may it matter at all? Most news does not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

from alerter.domain.lexicon import Lexicon
from alerter.domain.news.sentence import Heard
from alerter.domain.terms import Memory, Terms
from alerter.domain.text import WORD, mixed, sentences

_FROST = re.compile(r"(?<![\w-])-\s?\d\d\b|-\s?\d\d\s?[CСcс]\b")

_TARGET = ("grid", "energy", "infra")
_SIDES = ("enemy", "foe", "agent", "own", "authority", "bombers", "tongue", "envoy", "foe_arms")
_HERE = ("regions", "country", "nationwide", "occupied")
_NEEDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (_TARGET, ("attack", "damage", "harm", "fired")),
    (("large", "dozens", "hundreds"), ("attack", "fired")),
    (("salvo", "imminent", "dark", "dark_open", "cuts", "truce", "frost", "frost_unit", "restored", "minus", "lull", "deal"),),
    (("fails",), ("supply",)),
    (("halt", "resume"), ("attack",)),
    (("cuts_vague",), ("supply", "utility")),
    (("harming",), _TARGET),
    (("embassy_shut",), ("threat", "attack", "warn")),
    (("warn", "threat"), ("missile", "bombers", "heavy")),
    (("drone", "missile"), ("night",)),
    (("grid_vague",), ("attack", "damage", "harm")),
    (("anew",), ("supply", "mains", "radiators", "cuts")),
    (("retaliation",), ("threat", "prepare")),
    (("icy", "warmed"), ("radiators",)),
    (("stopped", "running"), ("mains",)),
    (("spare",), _TARGET),
    (("arrives",), ("supply",)),
    (("halted",), ("blows",)),
    (("downed",), ("attack",)),
    (("aimed",), ("grid", "energy")),
    (_TARGET, ("drone", "missile", "weapon")),
    (("drone", "missile", "weapon"), ("fails",)),
    (("drone", "missile", "aerial"), ("attack", "downed", "fired")),
    (("warn", "prepare", "threat", "might"), ("attack", "fired"), (*_TARGET, "large", "bombers")),
    (("restore",), ("supply", "homes", "dark", "grid")),
    (("cold",), ("degree",)),
    (("thermometer",),),
    (("bombers",), ("airborne",)),
)
"""For each event, roles of which one must be there from every group: what the claims require at the least."""


def _rarest(text: str) -> str:
    """Return the longest word of a term, of two as long the last: the one that the fewest other texts have."""
    return max(reversed(text.split()), key=len)


CLAIMING = frozenset(role for need in _NEEDS for group in need for role in group)
"""Roles without which a sentence claims nothing."""


class Gate:
    """Tells whether a text has the words that any event would need."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the roles and places of the lexicon; of a term of several words its longest is looked for, as the rarest."""
        roles = sorted({role for need in _NEEDS for group in need for role in group})
        bits = {role: 2 << place for place, role in enumerate(roles)}
        self._needs = [[sum(bits[role] for role in group) for group in need] for need in _NEEDS]
        self._bits = bits | {role: bits.get(role, 0) | _ANCHOR for role in _SIDES}
        self._terms = Terms((role, _rarest(text)) for role, text in self._asked(lexicon))
        self._letters = lexicon.letters
        self._memory = Memory(self._learn)
        self._verdicts = Memory(self._judge)

    def _asked(self, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
        yield from ((role, text) for role, text in lexicon.roles.entries if role in self._bits)
        yield from ((label, text) for label, text in lexicon.places.entries if label.startswith(_HERE))

    def opens(self, text: str) -> bool:
        """Tell whether a text may matter; True is no promise, False is one, if `plain` says that no letter of it hides.

        Somewhere it must name a side or a place, and one of its sentences must have all that some event needs; or it has
        words of two scripts, which only `clean` can tell.
        """
        mask = self._mask(text)
        if mask < 0:
            return True
        if not (mask & _ANCHOR and self._enough(mask, text)):
            return False
        return any(self._enough(self._mask(sentence), sentence) for _, sentence in sentences(text))

    def heard(self, said: Sequence[Heard]) -> bool:
        """Tell the same of sentences whose terms are known: surer, for a term of several words stands there as a whole."""
        return any(self._enough(self._labels([term.label for term in each.found]), each.text) for each in said)

    def _labels(self, labels: Iterable[str]) -> int:
        return reduce(or_, (self._bits.get(label, 0) for label in labels), 0)

    def _enough(self, mask: int, text: str) -> bool:
        return self._verdicts[mask] or "°" in text or "º" in text or _FROST.search(text) is not None

    def _judge(self, mask: int) -> bool:
        return any(all(mask & group for group in need) for need in self._needs)

    def _mask(self, text: str) -> int:
        return reduce(or_, map(self._memory.__getitem__, WORD.findall(text.lower())), 0)

    def _learn(self, word: str) -> int:
        bits = _MIXED if mixed(word) else 0 if self._letters.isdisjoint(word) else _ANCHOR
        for term in self._terms.beginning(word.removesuffix("'s")):
            bits |= self._bits.get(term.label, _ANCHOR)
        return bits


_ANCHOR = 1
"""The bit of words that name one of the sides, or a place."""
_MIXED = -1
"""All bits, and the sign: a word of two scripts may be anything."""
