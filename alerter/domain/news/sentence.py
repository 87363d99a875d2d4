"""A sentence taken apart: its words, the roles they play, its clauses, places and quantities."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import Span
from alerter.domain.news.phrases import add_lulls, inside, said_otherwise
from alerter.domain.news.quantities import Quantity, quantities
from alerter.domain.places import Kind, Place, places_of
from alerter.domain.terms import Found, by_label
from alerter.domain.text import Token, tokens

_SEVERAL = 2
_TARGETS = ("grid", "energy", "infra")
_WEAPONS = ("drone", "missile")
_TENTATIVE = ("might", "propose")
_TRUCE = ("truce", "over")
"""What is said to be broken by an answer is broken all the same: "despite the halt of strikes …"."""
_NONE: list[Found] = []
_QUOTED = re.compile(r"[^«“\"'‘»”.,]{0,20}[«“\"'‘][^«“\"»”]{1,60}[»”\"'’]")
_HARD = re.compile(r"[;:▪▫•|◾🔹🔸💥❗✅➖]|\s-+\s|\n")


@dataclass(slots=True)
class Sentence:
    """What was found in one sentence. `clause[i]` is the number of the clause that word `i` belongs to.

    `asked` holds what `all` was asked before, `lost` the losses once looked for, `strikers` who carries out each act,
    `later` what puts it ahead; `marks` must not change after the first time.
    """

    text: str
    words: list[Token]
    marks: dict[str, list[Found]]
    places: list[Place]
    clause: list[int]
    quantities: list[Quantity] = field(default_factory=list)
    question: bool = False
    asked: dict[tuple[str, ...], list[Found]] = field(default_factory=dict)
    lost: list[tuple[Found, ...]] | None = None
    strikers: dict[Found, str | None] = field(default_factory=dict)
    later: dict[Found, Found | None] = field(default_factory=dict)

    def all(self, *roles: str) -> Sequence[Found]:
        """Return the terms that play any of the roles, in their order."""
        if len(roles) == 1:
            return self.marks.get(roles[0], _NONE)
        known = self.asked.get(roles)
        if known is None:
            found = [self.marks[role] for role in roles if role in self.marks]
            known = sorted(chain(*found), key=_first) if len(found) > 1 else found[0] if found else []
            self.asked[roles] = known
        return known

    def has(self, *roles: str) -> bool:
        """Tell whether any term plays any of the roles."""
        return not self.marks.keys().isdisjoint(roles)

    def within(self, clause: int, *roles: str) -> list[Found]:
        """Return the terms of one clause that play any of the roles."""
        if self.marks.keys().isdisjoint(roles):
            return []
        return [each for each in self.all(*roles) if self.clause[each.first] == clause]

    def near(self, mark: Found, *roles: str, before: int = 0, after: int = 0) -> list[Found]:
        """Return the terms that end at most `before` words ahead of a mark, or begin at most `after` words behind it."""
        if self.marks.keys().isdisjoint(roles):
            return []
        return [
            each
            for each in self.all(*roles)
            if 0 <= mark.first - each.last - 1 < before or 0 <= each.first - mark.last - 1 < after
        ]

    def span(self, mark: Found | Place | Quantity) -> Span:
        """Return where the words of a mark stand in the whole text."""
        start, end = self.words[mark.first].start, self.words[mark.last].end
        return Span(start, end, self.text[start:end])

    def holds(self, place: int) -> bool:
        """Tell whether a place of the text lies between the first and the last word of the sentence."""
        return self.words[0].start <= place <= self.words[-1].start

    def regions(self) -> frozenset[str]:
        """Return the regions that are named."""
        return frozenset(code for place in self.places if place.kind is Kind.REGION for code in place.regions)

    def excluded(self) -> frozenset[str]:
        """Return the regions that are named as exceptions."""
        return frozenset(code for place in self.places if place.kind is Kind.EXCLUDED for code in place.regions)

    def named(self, *kinds: Kind) -> bool:
        """Tell whether a place of any of the kinds is named."""
        return any(place.kind in kinds for place in self.places)


class Heard(NamedTuple):
    """A sentence with its words and the terms in it, before it is taken apart."""

    text: str
    words: list[Token]
    found: list[Found]


def hear(begin: int, sentence: str, lexicon: Lexicon) -> Heard:
    """Return a sentence of a text with its terms; `begin` is where it stands."""
    words = tokens(sentence, begin)
    return Heard(sentence, words, lexicon.roles.find(words))


def parse(text: str, heard: Heard, lexicon: Lexicon) -> Sentence:
    """Return a sentence of a cleaned text taken apart."""
    sentence, words, terms = heard
    found = [each for each in terms if each.first == each.last or not _torn(text, words, each)]
    marks = _meant([*found, *said_otherwise(found)], words)
    add_lulls(marks)
    if cut := [each._replace(label="dark") for each in marks.get("dark_open", ()) if each.last == len(words) - 1]:
        marks["dark"] = [*marks.get("dark", ()), *cut]
    if aside := _asides(text, words, marks) | _names(text, words, marks):
        marks = {
            role: kept
            for role, found in marks.items()
            if (kept := [each for each in found if role in _TRUCE or each.first not in aside])
        }
    return Sentence(
        text,
        words,
        marks,
        [place for place in places_of(words, text, lexicon) if place.first not in aside and not _origin(place, marks)],
        _clauses(text, words, marks),
        quantities(text, words, marks),
        question=sentence.rstrip().endswith("?"),
    )


def _torn(text: str, words: Sequence[Token], mark: Found) -> bool:
    """Tell whether a strong sign stands within a term: "attack: drones" are no attack drones."""
    between = text[words[mark.first].end : words[mark.last].start]
    return between != " " and _HARD.search(between) is not None


def _asides(text: str, words: Sequence[Token], marks: dict[str, list[Found]]) -> set[int]:
    """Return the words of what a strike is said to answer ("в ответ на атаки …"): up to who strikes, or to the comma."""
    aside: set[int] = set()
    for reply in marks.get("reply", ()):
        agents = [each.first for each in marks.get("agent", ()) if each.first > reply.last]
        commas = [index for index in range(reply.last + 1, len(words)) if "," in text[words[index - 1].end : words[index].start]]
        told = [each.first for role in ("large", "fired") for each in marks.get(role, ()) if each.first > reply.last]
        aside.update(range(reply.first, min([*told, *(agents or commas or [len(words)])])))
    return aside


def _names(text: str, words: Sequence[Token], marks: dict[str, list[Found]]) -> set[int]:
    """Return the words of names in quotes behind the word for a book, a film or a band: "the film 'Blackout'"."""
    named: set[int] = set()
    for work in marks.get("work", ()):
        start = words[work.last].end
        if name := _QUOTED.match(text, start, words[-1].end + 1):
            named.update(index for index, word in enumerate(words) if name.start() <= word.start < name.end())
    return named


def _origin(place: Place, marks: dict[str, list[Found]]) -> bool:
    """Tell whether a strike was only launched from a place: one abroad, or a region right behind ("із ТОТ Донецької обл.")."""
    from_ = marks.get("launched", ())
    if place.kind is Kind.REGION:
        return any(mark.last + 1 == place.first for mark in from_)
    return any(mark.first < place.first for mark in from_)


def _meant(found: list[Found], words: Sequence[Token]) -> dict[str, list[Found]]:
    """Return the terms by role, without the words of phrases that mean something else, and inside longer ones of their role."""
    marks = by_label(dict.fromkeys(found))
    if apart := marks.get("other"):
        marks = {role: _kept(role, kept, apart) for role, kept in marks.items()}
    if (cuts := marks.get("cuts")) and "dark" in marks:
        marks["dark"] = [each for each in marks["dark"] if not any(cut.first < each.first <= cut.last for cut in cuts)]
    _drop(marks, "attack", _beside, *marks.get("frost", ()), *marks.get("cold", ()))
    for role in _TARGETS:
        _drop(marks, role, inside, *marks.get("truce", ()))
    if dates := {each.first for each in marks.get("measure", ()) if _dated(words, each)}:
        for role in _TENTATIVE:
            marks[role] = [each for each in marks.get(role, ()) if each.first not in dates]
    if "own" in marks and (within := {each.last for each in marks.get("within", ())}):
        marks["own"] = [
            each for each in marks["own"] if each.last == each.first or within.isdisjoint((each.first - 1, each.first - 2))
        ]
    for role in _WEAPONS:
        _drop(marks, "attack", inside, *(each for each in marks.get(role, ()) if each.last > each.first))
    return {role: kept for role, found in marks.items() if (kept := _longest(found))}


def _kept(role: str, found: list[Found], apart: list[Found]) -> list[Found]:
    return found if role == "other" else [each for each in found if not any(inside(each, whole) for whole in apart)]


def _drop(marks: dict[str, list[Found]], role: str, bound: Callable[[Found, Found], bool], *others: Found) -> None:
    """Leave out the terms of a role that are bound to any of the others."""
    if others and role in marks:
        marks[role] = [each for each in marks[role] if not any(bound(each, other) for other in others)]


def _longest(found: list[Found]) -> list[Found]:
    """Leave out terms inside longer ones of the same role."""
    wholes = [each for each in found if each.last > each.first]
    return [each for each in found if not any(_shorter(each, whole) for whole in wholes)] if wholes else found


def _beside(one: Found, other: Found) -> bool:
    return one.last + 1 == other.first or other.last + 1 == one.first


def _dated(words: Sequence[Token], month: Found) -> bool:
    """Tell whether a number stands beside the name of a month: "May 9" is no "may"."""
    beside = [*words[max(0, month.first - 1) : month.first], *words[month.last + 1 : month.last + 2]]
    return any(word.word[0].isdigit() for word in beside)


def _shorter(part: Found, whole: Found) -> bool:
    return inside(part, whole) and part[1:] != whole[1:]


def _clauses(text: str, words: Sequence[Token], marks: dict[str, list[Found]]) -> list[int]:
    """Number the clause of each word: they end at strong signs, and at a comma or joining word before a new actor."""
    joins = {each.first for each in marks.get("join", ())}
    actors = {each.first for role in ("own", "enemy", "foe") for each in marks.get(role, ())}
    acts = {each.last for role in ("attack", "damage") for each in marks.get(role, ())}
    numbers, current = [], 0
    end = words[0].start if words else 0
    for index, word in enumerate(words):
        between, end = text[end : word.start], word.end
        if between == " ":
            current += index in joins
            numbers.append(current)
            continue
        comma = "," in between or "..." in between
        listed = between.strip() in {":", "-"} and index - 1 in acts
        if (between != ", " and _HARD.search(between) and not listed) or index in joins or (comma and index in actors):
            current += 1
        numbers.append(current)
    return numbers


def _first(mark: Found) -> int:
    return mark.first
