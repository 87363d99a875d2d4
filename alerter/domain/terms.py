"""A dictionary of terms: one pass over the words of a sentence finds every term that stands there.

A term is one word or several in a row. `stem*` is every word that begins so; `…` between two words stands for up to
three words that do not matter ("без … світла").
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from alerter.domain.text import Token

_BUCKET = 3
GAP = "…"
_REACH = 3
_MEMORY = 200_000


class Term(NamedTuple):
    """What a term means (`label`), and the words that must follow its first."""

    label: str
    rest: tuple[str, ...]


class Found(NamedTuple):
    """A term that stands at words `first` to `last`, counted from 0."""

    label: str
    first: int
    last: int


class Terms:
    """Terms by their first word. What a form of a word may begin is remembered, for words repeat."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        """Take terms as pairs of label and text, lower case."""
        self._exact: dict[str, list[Term]] = {}
        self._stems: dict[str, list[tuple[str, Term]]] = {}
        self._memory: dict[str, tuple[Term, ...]] = {}
        self.entries = tuple(terms)
        for label, text in self.entries:
            first, *rest = text.lower().split()
            term = Term(label, tuple(rest))
            if first.endswith("*"):
                self._stems.setdefault(first[:_BUCKET].rstrip("*"), []).append((first[:-1], term))
            else:
                self._exact.setdefault(first, []).append(term)
        for bucket in self._stems.values():
            bucket.sort(key=lambda each: -len(each[0]))

    def beginning(self, word: str) -> tuple[Term, ...]:
        """Return the terms that a word may begin, the most exact first."""
        known = self._memory.get(word)
        if known is None:
            if len(self._memory) > _MEMORY:
                self._memory.clear()
            stems = self._stems.get(word[:_BUCKET], ())
            known = (*self._exact.get(word, ()), *(term for stem, term in stems if word.startswith(stem)))
            self._memory[word] = known
        return known

    def find(self, words: Sequence[Token]) -> list[Found]:
        """Return every term in a sentence, in the order of their first words; terms may overlap."""
        found = []
        following = [token.word for token in words[1:]]
        following.append("")
        known = self._memory.get
        for index, token in enumerate(words):
            terms = known(token.word)
            for label, rest in self.beginning(token.word) if terms is None else terms:
                if not rest:
                    found.append(Found(label, index, index))
                elif rest[0] == GAP or _fits(rest[0], following[index]):
                    last = _last(words, index, rest)
                    if last is not None:
                        found.append(Found(label, index, last))
        return found


def _last(words: Sequence[Token], index: int, rest: Sequence[str]) -> int | None:
    """Return where a term that begins at `index` ends, or None when its other words do not follow."""
    reach = 0
    for pattern in rest:
        if pattern == GAP:
            reach = _REACH
            continue
        following = range(index + 1, min(index + 2 + reach, len(words)))
        place = next((at for at in following if _fits(pattern, words[at].word)), None)
        if place is None:
            return None
        index, reach = place, 0
    return index


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def by_label(found: Iterable[Found]) -> Mapping[str, list[Found]]:
    """Return the terms found, by their label."""
    grouped: dict[str, list[Found]] = {}
    for each in found:
        grouped.setdefault(each.label, []).append(each)
    return grouped
