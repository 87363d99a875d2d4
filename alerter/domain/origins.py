"""Whom a text cites: an authority, or another outlet that it only relays."""

from collections.abc import Sequence

from alerter.domain.terms import Found, Terms
from alerter.domain.text import Token

_REACH = 4
"""Words that may stand between a name and the word that cites it: "повідомив голова Львівської ОВА"."""


def origin_of(words: Sequence[Token], text: str, origins: Terms) -> str:
    """Return the name of the authority that a sentence cites, else of the outlet, "" when it cites none.

    A name alone is no citation: it is one beside a word like "according to" or "reported", before a colon, or after a
    dash or comma at the end. `origins` are the terms of the section `origins` of the lexicon, labelled "section name".
    """
    found = origins.find(words)
    names = [each for each in found if each.label.startswith(("authorities ", "outlets "))]
    cited = [each for each in names if _cited(each, found, words, text)] if names else []
    best = min(cited, key=lambda each: (each.label.startswith("outlets "), each.first - each.last, each.first), default=None)
    return best.label.partition(" ")[2] if best else ""


def _cited(name: Found, found: Sequence[Found], words: Sequence[Token], text: str) -> bool:
    before = any(each.label == "before" and 0 < name.first - each.last <= _REACH for each in found)
    behind = any(each.label == "behind" and 0 < each.first - name.last <= _REACH for each in found)
    return before or behind or _set_apart(name, words, text)


def _set_apart(name: Found, words: Sequence[Token], text: str) -> bool:
    """Tell whether a name stands as "Name: …" at the beginning, or as "… – Name" or "…, Name" at the end."""
    start = words[name.first - 1].end if name.first else 0
    ahead = text[start : words[name.first].start]
    behind = text[words[name.last].end : words[name.last].end + 1]
    last = len(words) - 1 - name.last
    return (name.first <= _REACH and behind == ":") or (last <= _REACH and name.first > 0 and _dash(words, name, text, ahead))


def _dash(words: Sequence[Token], name: Found, text: str, ahead: str) -> bool:
    """Tell whether a dash or comma stands a few words before a name that ends a sentence."""
    begin = max(1, name.first - _REACH)
    gaps = [text[words[at - 1].end : words[at].start] for at in range(begin, name.first)]
    return any(" - " in gap or ", -" in gap for gap in (*gaps, ahead)) or ahead.strip() in {",", "-", ", -"}
