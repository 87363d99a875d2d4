"""Where a claim applies, as far as its own sentence says.

A sentence often tells of several places at once ("Sumy is under fire, Luhansk is without light"): the parts that its
commas make are read apart, and a claim applies in the part that says what it is about, when that part names a region.
"""

from collections.abc import Iterable, Iterator

from alerter.domain.model import Event
from alerter.domain.news.claims import Claim
from alerter.domain.news.sentence import Sentence
from alerter.domain.places import Kind, Place
from alerter.domain.terms import Found

_HEADS = ("attack", "damage", "harm", "dark", "cuts", "restore", "imminent", "tripped")
_BETWEEN_PARTIES = (Event.TRUCE, Event.TRUCE_OVER)
_OF_THE_GRID = (Event.GRID_ATTACK, Event.OUTAGE)
_RIGHT_BEHIND = 3
_HOLDS_IN = 3
_LISTED = 3
"""Words from one name of a list to the next: "in Sumy, and in Kharkiv"."""


def where(sentence: Sentence, claim: Claim) -> tuple[frozenset[str] | None, bool]:
    """Return the regions of a claim, None when none is named, and whether it is made of the country too."""
    if claim.event in _BETWEEN_PARTIES:
        return _of_truce(sentence, claim.marks[-1])
    regions = frozenset(code for place in _own(sentence, claim) for code in place.regions)
    wide = _everywhere(sentence, claim) or any(_of_country(sentence, mark) for mark in claim.marks)
    if regions:
        return regions, wide
    wide = wide or sentence.named(Kind.COUNTRY) or (claim.event in _OF_THE_GRID and sentence.has("system"))
    return (frozenset(), True) if wide else (None, False)


def _everywhere(sentence: Sentence, claim: Claim) -> bool:
    """Tell whether a claim is said to hold in the whole country: in its clauses, or elsewhere when they name no region."""
    clauses = {sentence.clause[mark.first] for mark in claim.marks}
    local = any(place.kind is Kind.REGION and sentence.clause[place.first] in clauses for place in sentence.places)
    wide = [place for place in sentence.places if place.kind is Kind.NATIONWIDE and not _of_a_region(sentence, place)]
    return any(not local or sentence.clause[place.first] in clauses for place in wide)


def threatened(sentence: Sentence) -> list[Place]:
    """Return the regions that a sentence names otherwise than as the office of who speaks: "the head of Sumy region"."""
    offices = {word for mark in sentence.all("office") for word in range(mark.first, mark.last + 1)}
    return [each for each in sentence.places if each.kind is Kind.REGION and offices.isdisjoint({each.first, each.last + 1})]


def _of_truce(sentence: Sentence, truce: Found) -> tuple[frozenset[str], bool]:
    """Return where a truce holds: everywhere, unless it is said to hold in one place ("a truce in Sumy region")."""
    local = bool(sentence.near(truce, "local", before=1))
    near = [place for place in sentence.places if 0 < place.first - truce.last <= (len(sentence.words) if local else _HOLDS_IN)]
    if any(place.kind is not Kind.REGION for place in near):
        return frozenset(), True
    held = [place for place in near if sentence.clause[place.first] == sentence.clause[truce.first]]
    codes = frozenset(code for place in held for code in place.regions)
    return codes, not codes


def _own(sentence: Sentence, claim: Claim) -> list[Place]:
    """Return the regions that belong to a claim: of the part about its last mark, else of its clauses, else of the sentence."""
    marks = claim.marks
    named = [place for place in sentence.places if place.kind is Kind.REGION]
    if claim.event is Event.STRIKE_WARNING:
        named = threatened(sentence)
    clauses = {sentence.clause[mark.first] for mark in marks}
    within = [place for place in named if sentence.clause[place.first] in clauses] or named
    if len(within) < 2:  # noqa: PLR2004 - one needs no choice
        return within
    parts = list(_parts(sentence))
    heads = {parts[each.first] for each in sentence.all(*_HEADS)}
    heads |= {parts[each.first] for each in within if _gapped(sentence, each)}
    about = _head(parts[marks[-1].last], heads)
    return [place for place in within if _head(parts[place.first], heads) == about] or within


def _head(part: int, heads: Iterable[int]) -> int:
    """Return the part that a part without a verb of its own belongs to: the one before it, else the one behind."""
    before = [each for each in heads if each <= part]
    return max(before) if before else min(heads, default=part)


def _gapped(sentence: Sentence, place: Place) -> bool:
    """Tell whether a dash stands for the verb behind a place: "one stands still, in Sumy - two"."""
    behind = sentence.words[place.last].end
    return sentence.text[behind : behind + 2] == " -"


def _parts(sentence: Sentence) -> Iterator[int]:
    """Number the part of each word; a comma between two names of a list ends none."""
    ends = sorted(place.last for place in sentence.places)
    begins = sorted(place.first for place in sentence.places if not _gapped(sentence, place))
    current, end = 0, sentence.words[0].start
    for index, word in enumerate(sentence.words):
        between = sentence.text[end : word.start]
        listed = index - 1 in ends and any(index <= each < index + _LISTED for each in begins)
        current += bool(index and sentence.clause[index] != sentence.clause[index - 1]) or ("," in between and not listed)
        yield current
        end = word.end


def _of_a_region(sentence: Sentence, country: Place) -> bool:
    """Tell whether a region follows the country at once, which only says whose it is: "Ukraine's Kyiv"."""
    return any(
        0 <= place.first - country.last <= 1
        and place.kind is Kind.REGION
        and sentence.clause[place.first] == sentence.clause[country.last]
        for place in sentence.places
    )


def _of_country(sentence: Sentence, mark: Found) -> bool:
    """Tell whether the country is named right behind a mark, and no region with it: not "on Ukraine's Kyiv"."""
    behind = [place for place in sentence.places if 0 < place.first - mark.last <= _RIGHT_BEHIND]
    first = min(behind, key=lambda place: place.first, default=None)
    return first is not None and first.kind is Kind.COUNTRY and not _of_a_region(sentence, first)
