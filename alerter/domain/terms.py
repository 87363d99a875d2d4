"""A dictionary of terms: one pass over the words of a sentence finds every term that stands there.

A term is one word or several in a row. `stem*` is every word that begins so; `…` between two words stands for up to
three words that do not matter ("без … світла").
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from alerter.domain.text import Token

_BUCKET = 3
GAP = "…"
_REACH = 3
_MEMORY = 200_000
_FOLLOWING = 5_000
"""Words that are remembered to follow one another: a sentence repeats itself in its common words."""


class Term(NamedTuple):
    """What a term means (`label`), and the words that must follow its first."""

    label: str
    rest: tuple[str, ...]


class Following(NamedTuple):
    """A term whose first word stands there, the words that must still follow, and how many behind the first do (0 or 1)."""

    label: str
    rest: tuple[str, ...]
    fits: int


class Found(NamedTuple):
    """A term that stands at words `first` to `last`, counted from 0."""

    label: str
    first: int
    last: int


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(dict[Key, Value], Generic[Key, Value]):
    """What was worked out once, by `learn`, for the next time: words repeat. It forgets all when it is full."""

    def __init__(self, learn: Callable[[Key], Value], most: int = _MEMORY) -> None:
        """Begin empty."""
        super().__init__()
        self._learn = learn
        self._most = most

    def __missing__(self, key: Key) -> Value:
        """Work out what is not known yet."""
        if len(self) > self._most:
            self.clear()
        known = self[key] = self._learn(key)
        return known


Meant = tuple[tuple[str, ...], Memory[str, tuple[Following, ...]] | None]


class Terms:
    """Terms by their first word. What a form of a word may begin is remembered, for words repeat."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        """Take terms as pairs of label and text, lower case."""
        self._exact: dict[str, list[Term]] = {}
        self._stems: dict[str, list[tuple[str, Term]]] = {}
        self._memory = Memory(self._learn)
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
        stems = self._stems.get(word[:_BUCKET], ())
        return (*self._exact.get(word, ()), *(term for stem, term in stems if word.startswith(stem)))

    def _learn(self, word: str) -> Meant | None:
        """Return what a word means alone, and the terms that go on with each word that may follow it; None for most words."""
        terms = self.beginning(word)
        alone = tuple(term.label for term in terms if not term.rest)
        longer = [term for term in terms if term.rest]
        return (alone, Memory(partial(_going_on, longer), _FOLLOWING) if longer else None) if terms else None

    def find(self, words: Sequence[Token]) -> list[Found]:
        """Return every term in a sentence, in the order of their first words; terms may overlap."""
        found = []
        memory, end = self._memory, len(words) - 1
        for index, token in enumerate(words):
            if (known := memory[token.word]) is None:
                continue
            alone, following = known
            for label in alone:
                found.append(Found(label, index, index))  # noqa: PERF401 - a list for each word would be slower
            if following is not None and index < end:
                for label, rest, fits in following[words[index + 1].word]:
                    last = _last(words, index + fits, rest) if rest else index + fits
                    if last is not None:
                        found.append(Found(label, index, last))
        return found


def _going_on(terms: Iterable[Term], word: str) -> tuple[Following, ...]:
    """Return what must follow a word that follows the first of these terms: less by one word where it is known to fit."""
    return tuple(
        Following(label, rest, 0) if rest[0] == GAP else Following(label, rest[1:], 1)
        for label, rest in terms
        if rest[0] == GAP or _fits(rest[0], word)
    )


def _last(words: Sequence[Token], index: int, rest: Sequence[str]) -> int | None:
    """Return where a term that begins at `index` ends, or None when its other words do not follow."""
    reach = 0
    for pattern in rest:
        if pattern == GAP:
            reach = _REACH
            continue
        for at in range(index + 1, min(index + 2 + reach, len(words))):
            if _fits(pattern, words[at].word):
                index, reach = at, 0
                break
        else:
            return None
    return index


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def by_label(found: Iterable[Found]) -> dict[str, list[Found]]:
    """Return the terms found, by their label."""
    grouped: dict[str, list[Found]] = {}
    for each in found:
        grouped.setdefault(each.label, []).append(each)
    return grouped
