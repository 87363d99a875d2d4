"""The places a sentence names, and on which side of the front and the border they are.

Names come from the lexicon; where several fit, the longest counts. What a name means may depend on its neighbours:
a city's name before a word for regions is the region, regions after "except" are left out of a nationwide claim, and
what follows "from the direction of" was only launched from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from alerter.domain.lexicon import Lexicon
from alerter.domain.terms import Found
from alerter.domain.text import Token


class Kind(StrEnum):
    """What a place means for a claim that names it."""

    REGION = "region"  # one or more regions of the country
    COUNTRY = "country"  # the country, its government, or regions of it left unnamed
    NATIONWIDE = "nationwide"  # all of it, said in so many words
    EXCLUDED = "excluded"  # all of it but these regions
    OCCUPIED = "occupied"  # out of the grid's reach: held by the enemy
    FOREIGN = "foreign"  # another country
    LAUNCHED = "launched"  # where a strike came from, whoever holds it


@dataclass(frozen=True, slots=True)
class Place:
    """A place named at words `first` to `last` of a sentence; `regions` are its region codes, if it has any."""

    kind: Kind
    regions: frozenset[str]
    first: int
    last: int


_KINDS = {"regions": Kind.REGION, "occupied": Kind.OCCUPIED, "foreign": Kind.FOREIGN}
_KINDS |= {"country": Kind.COUNTRY, "nationwide": Kind.NATIONWIDE, "government": Kind.COUNTRY}
_WIDE = frozenset({Kind.COUNTRY, Kind.NATIONWIDE})
_MANY = frozenset({"region_words many", "region_words either"})
_FROM = {"launched": frozenset(Kind), "from": frozenset({Kind.FOREIGN, Kind.OCCUPIED})}
_QUOTES = frozenset('"«»')
"""A name between them that is a common word as well is the name of a club or a firm: "Олександрія"."""
_FILLERS = 2
"""Words that may stand between "except" and the first region left out: "except for the"."""


def places_of(words: Sequence[Token], text: str, lexicon: Lexicon) -> list[Place]:
    """Return the places that a sentence names, in order.

    `words` are the sentence's, with the spans they have in the cleaned `text` (where capital letters can be seen).
    """
    found = lexicon.places.find(words)
    if not any(_role(each.label) in _KINDS or each.label == "region_words many" for each in found):
        return []
    named = _named(found, words, text)
    joints = {each.first for each in named if each.label == "and"}
    runs = _runs([each for each in named if each.label != "and"], joints)
    places = [place for run in runs for place in _read(run)]
    for marker in named:
        if marker.label == "except" and any(each.kind in _WIDE and each.first < marker.first for each in places):
            places = _excepted(places, marker, joints)
        elif marker.label in _FROM:
            places = _launched(places, marker, named, words, text)
    return places


def _named(found: Iterable[Found], words: Sequence[Token], text: str) -> list[Found]:
    """Return the names that count, in order: the longest, and of those as long the first and most exact."""
    written = [each for each in found if each.label != "surnames" and _as_written(each, words, text)]
    taken: set[int] = {each.first for each in found if each.label == "surnames" and _after_a_name(each.first, words, text)}
    kept = []
    for each in sorted(written, key=lambda one: (one.first - one.last, one.first)):
        span = range(each.first, each.last + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(each)
    return sorted(kept, key=lambda one: one.first)


def _as_written(each: Found, words: Sequence[Token], text: str) -> bool:
    """Tell whether a name written with a capital in the lexicon has one here that means something."""
    if "^" not in each.label:
        return True
    at, end = words[each.first], words[each.last].end
    if text[at.start - 1 : at.start] in _QUOTES and text[end : end + 1] in _QUOTES:
        return False
    alone = each.first == 0 and each.first == each.last and each.label.endswith("^common")
    return text[at.start].isupper() and (not alone or text[at.end : at.end + 1] == ":")


def _after_a_name(index: int, words: Sequence[Token], text: str) -> bool:
    """Tell whether a word stands right after another with a capital, as a surname after a name."""
    if index < (1 if words and len(words[0].word) == 1 else 2):
        return False
    before = words[index - 1]
    between = text[before.end : words[index].start]
    initial = between == ". " and before.end - before.start == 1
    return (between == " " or initial) and text[before.start].isupper() and (initial or before.end - before.start > 1)


def _runs(named: Sequence[Found], joints: set[int]) -> Iterator[list[Found]]:
    """Cut what is named into lists: names with nothing but commas and "and" between them."""
    run: list[Found] = []
    for each in named:
        if run and joints.issuperset(range(run[-1].last + 1, each.first)):
            run.append(each)
        else:
            yield run
            run = [each]
    yield run


def _read(run: Sequence[Found]) -> Iterator[Place]:
    """Read a list: beside a word for several regions all its names are regions, before a word for one the last of them."""
    words = [each.label for each in run]
    many = not _MANY.isdisjoint(words)
    for index, each in enumerate(run):
        following = words[index + 1] if index + 1 < len(words) else ""
        yield from _place(each, regional=many or following == "region_words one", alone=index == 0)


def _place(each: Found, *, regional: bool, alone: bool) -> Iterator[Place]:
    role, codes = _role(each.label), _codes(each.label)
    if role in _KINDS:
        kind = Kind.REGION if role == "occupied" and regional and codes[0] else _KINDS[role]
        yield Place(kind, codes[-1 if regional else 0], each.first, each.last)
    elif each.label == "region_words many" and alone:
        yield Place(Kind.COUNTRY, frozenset(), each.first, each.last)


def _excepted(places: Sequence[Place], marker: Found, joints: set[int]) -> list[Place]:
    """Mark the list of regions after "except"."""
    changed, end = [], marker.last + 1 + _FILLERS
    for place in places:
        following = marker.last < place.first <= end or (place.first > end and joints.issuperset(range(end, place.first)))
        if following and place.kind is Kind.REGION:
            changed.append(replace(place, kind=Kind.EXCLUDED))
            end = place.last + 1
        else:
            changed.append(place)
    return changed


def _launched(places: Sequence[Place], marker: Found, named: Sequence[Found], words: Sequence[Token], text: str) -> list[Place]:
    """Mark what a strike was launched from: all names in a row, of the kinds that the marker can have before it."""
    end = marker.last + 1
    inner = {index for each in named for index in range(each.first, each.last + 1)}
    while end < len(words) and (end in inner or text[words[end].start].isupper()):
        if end > marker.last + 1 and ":" in text[words[end - 1].end : words[end].start]:
            break
        end += 1
    kinds = _FROM[marker.label]
    return [
        replace(each, kind=Kind.LAUNCHED) if marker.last < each.first < end and each.kind in kinds else each for each in places
    ]


@cache
def _role(label: str) -> str:
    return label.split(" ", maxsplit=1)[0].partition("^")[0]


@cache
def _codes(label: str) -> tuple[frozenset[str], ...]:
    """Return the regions of a name, and the regions it means beside a word for regions where these differ."""
    _, _, codes = label.split("^", maxsplit=1)[0].partition(" ")
    return tuple(frozenset(part.split("+")) if part and part != "any" else frozenset() for part in codes.split("/"))
