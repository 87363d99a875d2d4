"""The cheap question asked of every text: may it matter at all? Most news does not."""

import re
from collections.abc import Iterator

from alerter.domain.lexicon import Lexicon
from alerter.domain.terms import Terms
from alerter.domain.text import sentences

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_FROST = re.compile(r"-\s?\d\d(?:\s?[°º]|\s?[CСcс]\b)|[°º]")
_MEMORY = 200_000

_TARGET = ("grid", "energy", "infra")
_SIDES = ("enemy", "foe", "agent", "own", "authority", "bombers")
_HERE = ("regions", "country", "nationwide", "occupied")
_NEEDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (_TARGET, ("attack", "damage", "harm", "fired")),
    (("large", "dozens", "hundreds"), ("attack", "fired")),
    (("salvo", "imminent", "dark", "dark_open", "cuts", "truce", "frost", "frost_unit", "restored"),),
    (("fails",), ("supply",)),
    (("halt", "resume"), ("attack",)),
    (("drone", "missile", "aerial"), ("attack", "downed", "fired")),
    (("warn", "prepare", "threat", "might"), ("attack", "fired"), (*_TARGET, "large", "bombers")),
    (("restore",), ("supply", "homes", "dark", "grid")),
    (("minus", "cold"), ("degree",)),
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
        self._bits = {role: 1 << place for place, role in enumerate(roles, 1)}
        self._bits |= {role: self._bits.get(role, 0) | _ANCHOR for role in _SIDES}
        self._needs = [[sum(self._bits[role] for role in group) for group in need] for need in _NEEDS]
        self._terms = Terms((role, _rarest(text)) for role, text in self._asked(lexicon))
        self._memory: dict[str, int] = {}
        self._verdicts: dict[int, bool] = {}

    def _asked(self, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
        yield from ((role, text) for role, text in lexicon.roles.entries if role in self._bits)
        yield from ((label, text) for label, text in lexicon.places.entries if label.startswith(_HERE))

    def opens(self, text: str) -> bool:
        """Tell whether a cleaned text may matter; True is no promise, False is one.

        Somewhere it must name a side or a place, and one of its sentences must have all that some event needs.
        """
        mask = self._mask(text)
        if not (mask & _ANCHOR and self._enough(mask, text)):
            return False
        return any(self._enough(self._mask(sentence), sentence) for _, sentence in sentences(text))

    def _enough(self, mask: int, text: str) -> bool:
        known = self._verdicts.get(mask)
        if known is None:
            known = self._verdicts[mask] = any(all(mask & group for group in need) for need in self._needs)
        return known or bool(_FROST.search(text))

    def _mask(self, text: str) -> int:
        known = self._memory
        mask = 0
        for word in _WORD.findall(text.lower()):
            mask |= known[word] if word in known else self._learn(word)
        return mask

    def _learn(self, word: str) -> int:
        if len(self._memory) > _MEMORY:
            self._memory.clear()
            self._verdicts.clear()
        bits = 0
        for term in self._terms.beginning(word.removesuffix("'s")):
            bits |= self._bits.get(term.label, _ANCHOR)
        self._memory[word] = bits
        return bits


_ANCHOR = 1
"""The bit of words that name one of the sides, or a place."""
