"""What is wrong with a word of the lexicon: it can never match, says nothing new, matches too much or costs too much."""

from collections.abc import Collection, Iterator

from alerter.domain.terms import GAP
from alerter.domain.text import WORD, clean

_SHORTEST = 3
_GAPS = 2
"""More gaps make every text that has the first word a long search."""


def fault(word: object, before: Collection[object]) -> str | None:
    """Return what is wrong with a word wherever it stands, None when nothing is; `before` are those ahead of it."""
    if not isinstance(word, str) or not word.replace("*", " ").split():
        return "is no word; write one, or several in a row"
    what = next(_silent(word), None)
    if what:
        return f"{word!r} can never match: {what}"
    if word in before:
        return f"{word!r} stands here twice; delete one"
    return next(_costly(word), None)


def _silent(word: str) -> Iterator[str]:
    """Yield why no text can have a word."""
    parts, plain = word.split(), clean(word)
    if plain != word:
        yield f"texts are read as {plain!r}; write it so"
    if GAP in {parts[0], parts[-1]} or f"{GAP} {GAP}" in word:
        yield f"write one {GAP}, and a word on each side of it"
    if not all(WORD.fullmatch(part.removesuffix("*")) for part in parts if part != GAP):
        yield "write letters, and * only at the end of a word"
    if any(part.endswith("'s") for part in parts):
        yield "texts are read without 's; leave it out"


def _costly(word: str) -> Iterator[str]:
    parts = word.split()
    if parts[0].endswith("*") and len(parts[0]) <= _SHORTEST:
        yield f"{word!r} begins too many words; write at least {_SHORTEST} letters before *"
    if parts.count(GAP) > _GAPS:
        yield f"{word!r} costs too much; write at most {_GAPS} {GAP}"


def role_fault(word: str, among: Collection[str]) -> str | None:
    """Return what is wrong with a word of a role besides: capitals never match, and a stem of the role may say it all."""
    if word != word.lower():
        return f"{word!r} can never match: texts are read in small letters; write {word.lower()!r}"
    if " " in word:
        return None
    stems = (word[:length] + "*" for length in range(_SHORTEST, len(word.removesuffix("*")) + 1))
    said = next((stem for stem in stems if stem in among and stem != word), None)
    return f"{word!r} says nothing that {said!r} does not say; delete it" if said else None
