"""An item as sentences: title and lead put together, read up to where they only recall, and with sides taken."""

import re
from collections.abc import Iterator
from itertools import pairwise

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import FeedItem
from alerter.domain.news.scope import striker
from alerter.domain.news.sentence import Heard, Sentence, hear, parse
from alerter.domain.places import Kind
from alerter.domain.terms import Found
from alerter.domain.text import clean, sentences

HOME = (Kind.REGION, Kind.COUNTRY, Kind.NATIONWIDE)
AWAY = (Kind.FOREIGN, Kind.OCCUPIED)
_SYLLABLE = 3
_SPORTS = 2
_POINTS, _BLANK = frozenset("▪▫•◾🔹🔸➖"), " \N{VARIATION SELECTOR-16}"
_SCORE = re.compile(r"[»”\"].*(?<![\d:])\d:\d(?![\d:])|(?<![\d:])\d:\d(?![\d:]).*[«“\"]")
"""Two numbers of one digit that a colon parts, beside a name in quotes."""
_ABBREVIATED = re.compile(r"\b(?:м|г|с|смт)\.$")


def text_of(item: FeedItem, lexicon: Lexicon) -> str:
    """Return the cleaned text of an item: title, line break, lead.

    A title that was cut in the middle of a sentence, or of a word, is put together with its lead again.
    """
    return clean(_joined(item, lexicon))


def heard(text: str, lexicon: Lexicon) -> list[Heard]:
    """Return the sentences of an item's text with the terms that stand in them."""
    return [hear(begin, sentence, lexicon) for begin, sentence in sentences(text)]


def article(text: str, lexicon: Lexicon, said: list[Heard] | None = None) -> list[Sentence]:
    """Return the sentences of an item's text, taken apart; `said` is what was `heard` of it, if it was."""
    parsed = list(_parsed(text, heard(text, lexicon) if said is None else said, lexicon))
    _take_sides(parsed)
    _look_back(parsed)
    _fill_in(parsed)
    _explain(parsed)
    _pauses(parsed)
    return parsed


def _joined(item: FeedItem, lexicon: Lexicon) -> str:
    title, lead = item.title.rstrip(), item.summary.lstrip()
    if lead and _ABBREVIATED.search(title):
        return f"{title} {lead}"
    if not (title and title[-1].isalpha() and lead and lead[0].islower()):
        return f"{title}\n{lead}"
    whole = (title.split()[-1] + lead.split()[0].rstrip(".,:;")).lower()
    known = lexicon.roles.beginning(whole) or lexicon.places.beginning(whole)
    return title + lead if known or len(lead.split()[0]) < _SYLLABLE else f"{title} {lead}"


def _parsed(text: str, said: list[Heard], lexicon: Lexicon) -> Iterator[Sentence]:
    """Take sentences apart up to the first that only recalls what was reported before."""
    for each in said:
        sentence = parse(text, each, lexicon)
        if sentence.has("tail"):
            return
        if sentence.words:
            if not lexicon.letters.isdisjoint(each.text):
                sentence.marks["tongue"] = [Found("tongue", 0, 0)]
            if _SCORE.search(each.text):
                sentence.marks["score"] = [Found("score", 0, 0)]
            yield sentence


def _take_sides(parsed: list[Sentence]) -> None:
    """Read "the enemy" as the text's author does: to the other side's ministry it is the country's own forces."""
    role = "own" if any(sentence.has("enemy_source") for sentence in parsed) else "enemy"
    for sentence in parsed:
        if foes := sentence.marks.pop("foe", None):
            sentence.marks[role] = sorted(
                [*sentence.marks.get(role, ()), *(foe._replace(label=role) for foe in foes)], key=lambda mark: mark.first
            )


def _look_back(parsed: list[Sentence]) -> None:
    """Read all of a text as a memory whose title looks back: "Two years ago …"."""
    if parsed and (memory := parsed[0].marks.get("memory")):
        for sentence in parsed[1:]:
            sentence.marks["memory"] = memory


def _pauses(parsed: list[Sentence]) -> None:
    """Read a pause that ends, or is agreed, as a truce where strikes stand in a sentence beside it."""
    for index, sentence in enumerate(parsed):
        lulls = sentence.marks.get("lull", ())
        if not lulls or sentence.has("truce", "lull_of") or not sentence.has("over", "ended"):
            continue
        if any(each.has("attack", "missile", "drone", "grid", "harm") for each in parsed[max(0, index - 1) : index + 2]):
            sentence.asked.clear()
            sentence.marks["truce"] = [each._replace(label="truce") for each in lulls]


def _explain(parsed: list[Sentence]) -> None:
    """Read what explains a threat as the threat itself: "They prepare the next one. It is about strikes on substations"."""
    for before, sentence in pairwise(parsed):
        if before.has("prepare", "threat", "warn", "might") and (meant := sentence.marks.get("meaning")):
            sentence.asked.clear()
            sentence.marks["threat"] = [*sentence.marks.get("threat", ()), *(each._replace(label="threat") for each in meant)]


def _fill_in(parsed: list[Sentence]) -> None:
    """Read what is short for cuts ("schedules", "limits") in full where some sentence speaks of power or heat."""
    speaking = [sentence.has(*_POWER) for sentence in parsed]
    for index, sentence in enumerate(parsed):
        if any(speaking[max(0, index - 1) : index + 2]) and (short := sentence.marks.get("cuts_vague")):
            cuts = sentence.marks.get("cuts", [])
            taken = {word for each in sentence.all(*_POWER) for word in range(each.first, each.last + 1)}
            sentence.asked.clear()
            new = [each._replace(label="cuts") for each in short if taken.isdisjoint(range(each.first, each.last + 1))]
            sentence.marks["cuts"] = sorted([*cuts, *new], key=lambda mark: mark.first)
        if (short := sentence.marks.get("grid_vague")) and any(each.has("utility", "grid") for each in parsed):
            grid = sentence.marks.get("grid", [])
            taken = {word for each in sentence.all("grid", "other") for word in range(each.first, each.last + 1)}
            sentence.asked.clear()
            new = [each._replace(label="grid") for each in short if each.first not in taken]
            sentence.marks["grid"] = sorted([*grid, *new], key=lambda mark: mark.first)


_POWER = ("supply", "utility", "dark", "cuts", "system")


def anchored(parsed: list[Sentence]) -> bool:
    """Tell whether the text names the country, a place in it, or one of the two sides, or is in the country's language."""
    return sided(parsed) or native(parsed) or any(sentence.has("envoy") for sentence in parsed)


def sided(parsed: list[Sentence]) -> bool:
    """Tell whether the text names the country, a place in it, or one of the two sides."""
    return any(
        _here(sentence) or sentence.has("enemy", "agent", "authority", "own", "bombers", "foe_arms") for sentence in parsed
    )


def native(parsed: list[Sentence]) -> bool:
    """Tell whether a text is in the country's own language and names no other country: then it speaks of this one."""
    return any(sentence.has("tongue") for sentence in parsed) and not any(sentence.named(*AWAY) for sentence in parsed)


def sports(parsed: list[Sentence]) -> bool:
    """Tell whether a text is of sport, where attacks and strikes are none: by several words for it, or a score."""
    words = {sentence.words[mark.first].word for sentence in parsed for mark in sentence.all("sport")}
    return len(words) >= _SPORTS or any(sentence.has("score") for sentence in parsed)


def _here(sentence: Sentence) -> bool:
    """Tell whether a sentence names a place of the country; "across the country" alone may be any."""
    vague = {word for mark in sentence.all("anywhere") for word in range(mark.first, mark.last + 1)}
    return any(place.kind in HOME and vague.isdisjoint(range(place.first, place.last + 1)) for place in sentence.places)


def nearest(parsed: list[Sentence], index: int) -> Sentence | None:
    """Return the nearest sentence that names a place, those before first; a point of a list asks no other point."""
    order = [*parsed[:index][::-1], *parsed[index + 1 :]]
    alone = _listed(parsed[index])
    return next((each for each in order if each.places and not (alone and _listed(each))), None)


def _listed(sentence: Sentence) -> bool:
    """Tell whether a sentence is a point of a list, which says nothing of the other points."""
    return sentence.text[: sentence.words[0].start].rstrip(_BLANK)[-1:] in _POINTS


def ours(sentence: Sentence) -> bool:
    """Tell whether the country's own forces strike in a sentence, and nobody else does."""
    acts = [striker(sentence, act) for act in sentence.all("attack", "damage")]
    if not acts:
        return sentence.has("own") and not hostile(sentence) and not sentence.has("downed")
    return "own" in acts and "enemy" not in acts


def hostile(sentence: Sentence) -> bool:
    """Tell whether the attacker is named, otherwise than as whose land or plants something is ("in central Russia")."""
    whose = {word for each in sentence.all("enemy_of") for word in range(each.first, each.last + 1)}
    return any(each.first not in whose for each in sentence.all("enemy", "agent"))
