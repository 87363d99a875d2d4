"""The cheap question asked of every text: may it matter at all? Most news does not."""

import re

from alerter.domain.lexicon import Lexicon

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_FROST = re.compile(r"-\s?\d\d(?:\s?[°º]|\s?[CСcс]\b)|[°º]")

_TARGET = ("grid", "energy", "infra")
_NEEDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (_TARGET, ("attack", "damage")),
    (("large", "dozens", "hundreds"), ("attack", "fired")),
    (("salvo", "imminent", "dark", "cuts", "truce", "frost", "frost_unit", "restored"),),
    (("drone", "missile", "aerial"), ("attack", "downed", "fired")),
    (("warn", "prepare", "threat", "might"), ("attack", "fired"), (*_TARGET, "large", "bombers")),
    (("restore",), ("supply", "dark", "grid")),
    (("minus",), ("degree",)),
)
"""For each event, roles of which one must be there from every group: what the claims require at the least."""


class Gate:
    """Tells whether a text has the words that any event would need."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the roles of the lexicon."""
        self._terms = lexicon.roles
        roles = sorted({role for need in _NEEDS for group in need for role in group})
        self._bits = {role: 1 << place for place, role in enumerate(roles)}
        self._needs = [[sum(self._bits[role] for role in group) for group in need] for need in _NEEDS]
        self._memory: dict[str, int] = {}

    def opens(self, text: str) -> bool:
        """Tell whether a cleaned text may matter; True is no promise, False is one."""
        known = self._memory.get
        mask = 0
        for word in _WORD.findall(text.lower()):
            bits = known(word)
            mask |= self._learn(word) if bits is None else bits
        return any(all(mask & group for group in need) for need in self._needs) or bool(_FROST.search(text))

    def _learn(self, word: str) -> int:
        if len(self._memory) > _MEMORY:
            self._memory.clear()
        bits = 0
        for term in self._terms.beginning(word.removesuffix("'s")):
            bits |= self._bits.get(term.label, 0)
        self._memory[word] = bits
        return bits


_MEMORY = 200_000
