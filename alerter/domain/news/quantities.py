"""Numbers that mean something: so many missiles or drones, so many degrees of frost."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from alerter.domain.terms import Found
from alerter.domain.text import Token

_NUMBER = re.compile(r"(?<![\w.,])(?<![a-zа-яіїє]-)(\d{1,3}(?:[ ,.]\d{3})+|\d+)(?!\d)(-?[a-zа-яіїє°º]{0,3})", re.IGNORECASE)
_FROST = re.compile(r"(?<![\w\d])-(\d{1,2})(?:\s?(?:-|\.\.+|…|/)\s?-?(\d{1,2}))?\s?(?:°|º|[CСcс]\b)")
_CELSIUS = re.compile(r"\d+(?:[cс]|-(?:градус\w*|degrees?))")
NUMBER = "number "
"""What the label of a number in words begins with, ahead of its value."""
_REACH = 4
_AFTER = 3
_SHARE = {"of", "із", "з", "из", "зі"}
_SEVERAL = 2
_SHORT = 3
"""Letters of a preposition: what follows "minus twenty" when it counts nothing."""
"""Signs that make a number one of frost: "minus" or "frosts of" ahead, a unit behind, a dash before it."""


class Quantity(NamedTuple):
    """So many of a kind (`drone`, `missile`, `aerial`, `frost`), said at words `first` to `last`."""

    kind: str
    number: int
    first: int
    last: int


def quantities(text: str, words: Sequence[Token], marks: Mapping[str, list[Found]]) -> list[Quantity]:
    """Return the counted weapons and the degrees of frost in a sentence."""
    if not words:
        return []
    digits, worded = list(_digits(text, words)), list(_worded(marks))
    if not digits and not worded and marks.keys().isdisjoint(_ROUND):
        return []
    counted = [
        Quantity(kind, number - _short(first, marks), min(first, last), max(first, last))
        for number, first in (*digits, *_rounded(marks), *((number, last) for number, _, last in worded))
        if (found := _counted(first, words, marks))
        for kind, last in (found,)
    ]
    said = [(number, index, index) for number, index in digits] + worded
    return counted + list(_frost(text, words, marks, said)) if said else counted


def _short(index: int, marks: Mapping[str, list[Found]]) -> int:
    """Return 1 where "almost" stands before a number, which then was not reached."""
    return sum(mark.last == index - 1 for mark in marks.get("almost", ()))


def _digits(text: str, words: Sequence[Token]) -> Iterator[tuple[int, int]]:
    start = words[0].start
    for match in _NUMBER.finditer(text, start, words[-1].end):
        index = _word_at(words, match.start())
        if index is not None:
            yield int(re.sub(r"\D", "", match[1])), index


def _rounded(marks: Mapping[str, list[Found]]) -> Iterator[tuple[int, int]]:
    for role, number in _ROUND.items():
        for mark in marks.get(role, ()):
            yield number, mark.first


_ROUND = {"dozens": 24, "hundreds": 200}


def _worded(marks: Mapping[str, list[Found]]) -> Iterator[tuple[int, int, int]]:
    """Yield each number in words with its first and last word; neighbours that go down are added up ("сто двадцять п'ять")."""
    named = sorted((mark.first, -mark.last, int(label.removeprefix(NUMBER))) for label, mark in _numbers(marks))
    if not named:
        return
    total, first, end = 0, 0, -1
    for start, minus_last, value in named:
        if start <= end:
            continue
        if total and start == end + 1 and _goes_on(total, value):
            total += value
        else:
            if total:
                yield total, first, end
            total, first = value, start
        end = -minus_last
    if total:
        yield total, first, end


def _numbers(marks: Mapping[str, list[Found]]) -> Iterator[tuple[str, Found]]:
    return ((label, mark) for label in marks if label.startswith(NUMBER) for mark in marks[label])


def _goes_on(total: int, value: int) -> bool:
    """Tell whether a smaller number may follow a greater one: "forty five", "two hundred forty"."""
    return (total % 100 == 0 and value < 100) or (total % 10 == 0 and total % 100 >= 20 and value < 10)  # noqa: PLR2004


def _word_at(words: Sequence[Token], start: int) -> int | None:
    return next((index for index, word in enumerate(words) if word.start <= start < word.end), None)


def _counted(index: int, words: Sequence[Token], marks: Mapping[str, list[Found]]) -> tuple[str, int] | None:
    """Return what a number counts: the next weapon behind it, or the one it is a share of ("70 missiles of 84")."""
    following = [
        (mark.first, kind)
        for kind in ("drone", "missile", "aerial")
        for mark in marks.get(kind, ())
        if 0 <= mark.first - index <= _REACH
        and not _other_number(words, index, mark.first)
        and not _another_phrase(marks, index, mark.first)
    ]
    if following:
        first, kind = min(following)
        return kind, first
    if index > 1 and words[index - 1].word in _SHARE:
        if "downed" in marks and words[index - 2].word.isdigit() and not _measured(marks, index):
            return "aerial", index
        for kind in ("drone", "missile", "aerial"):
            if any(0 < index - mark.last <= _AFTER for mark in marks.get(kind, ())) and not _measured(marks, index):
                return kind, index
    return None


def _other_number(words: Sequence[Token], index: int, last: int) -> bool:
    """Tell whether another count, of something else, stands between ("4 missiles and 129 drones")."""
    between = words[index + 1 : last]
    return any(word.word[0].isdigit() for word in between) and any(word.word in {"and", "та", "і", "и", "й"} for word in between)


def _measured(marks: Mapping[str, list[Found]], index: int) -> bool:
    """Tell whether a unit of another kind follows a number."""
    return any(mark.first == index + 1 for mark in marks.get("measure", ()))


def _another_phrase(marks: Mapping[str, list[Found]], index: int, last: int) -> bool:
    """Tell whether a date or an act stands between a number and a weapon ("27 November the enemy struck with drones")."""
    return any(index < mark.first < last for role in ("measure", "attack", "fired", "downed") for mark in marks.get(role, ()))


def _frost(
    text: str, words: Sequence[Token], marks: Mapping[str, list[Found]], said: Sequence[tuple[int, int, int]]
) -> Iterator[Quantity]:
    for match in _FROST.finditer(text, words[0].start, words[-1].end + 2):
        index = _word_at(words, match.start(1))
        if index is not None:
            yield Quantity("frost", max(int(match[1]), int(match[2] or 0)), index, index)
    for number, first, last in said:
        if _frosty(text, words, marks, first, last):
            yield Quantity("frost", number, first, last)


def _frosty(text: str, words: Sequence[Token], marks: Mapping[str, list[Found]], first: int, last: int) -> bool:
    """Tell whether a number is one of degrees below zero: by its unit, by two signs of it, or as a bare "minus twenty"."""
    if any(0 < mark.first - last <= _AFTER for mark in marks.get("frost_unit", ())):
        return True
    ahead = [first - mark.last for mark in marks.get("minus", ()) if 0 < first - mark.last <= _AFTER]
    if ahead and min(ahead) == 1 and _counts_nothing(text, words, marks, last):
        return True
    begin, end = words[first].start, words[last].end
    signs = (
        bool(ahead),
        "cold" in marks and "warm" not in marks,
        any(0 < mark.first - last <= _AFTER for mark in marks.get("degree", ()))
        or text[end : end + 2].strip()[:1] in {"°", "º"}
        or _CELSIUS.fullmatch(words[last].word) is not None
        or "thermometer" in marks,
        text[begin - 2 : begin] in {" -", "(-", "\n-"},
    )
    return sum(signs) >= _SEVERAL


def _counts_nothing(text: str, words: Sequence[Token], marks: Mapping[str, list[Found]], last: int) -> bool:
    """Tell whether a number counts nothing: it ends its clause, or a preposition or "outside" follows."""
    if last + 1 == len(words) or text[words[last].end : words[last + 1].start] != " ":
        return words[last].word[-1] != "%" and text[words[last].end : words[last].end + 1] != "%"
    following = words[last + 1]
    outdoors = any(mark.first == last + 1 for role in ("outdoors", "cold", "frost") for mark in marks.get(role, ()))
    return outdoors or (following.end - following.start <= _SHORT and not _measured(marks, last))
