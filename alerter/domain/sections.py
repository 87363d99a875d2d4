"""The documents of the lexicon that know more than roles: places, times and origins. Their terms carry "section key" as label."""

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from alerter.domain.model import Mistake

_KEYED = {"regions", "occupied", "region_words"}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "places": (
        *("regions", "occupied", "foreign", "country", "nationwide", "except", "launched", "from", "and"),
        *("region_words", "government", "not_places", "surnames", "common"),
    ),
    "times": (
        *("days", "hours", "night", "night_before", "months", "weekdays", "ago", "units", "numbers"),
        *("week", "month", "year", "in_year", "year_words", "since"),
    ),
    "origins": ("authorities", "outlets", "before", "behind"),
}
_CODES = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}([+/][A-Z]{2}-[A-Z0-9]{1,3})*|any")
_COUNTS = {"days": (-7, 7), "hours": (0, 23), "months": (1, 12), "weekdays": (1, 7), "numbers": (1, 999)}
_COUNTS |= {"week": (-9, 9), "month": (-12, 12), "year": (-9, 9)}
_WHOLE = re.compile(r"-?\d{1,3}")
_UNITS = ("day", "week", "month", "year")


def terms_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the label and text of every term of times or origins."""
    for section, values in document.items():
        for key, texts in _groups(values):
            yield from ((f"{section} {key}".rstrip(), text) for text in texts)


def place_terms(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names with their section and codes as label ("regions UA-30"), and a ^ after it where a capital is asked for."""
    common = set(document.get("common", ()))
    for section, values in document.items():
        if section == "government":
            yield from (("government", f"{name} {word}") for name in values["names"] for word in values["words"])
        elif section != "common":
            for key, texts in _groups(values):
                label = f"{section} {key}" if section in _KEYED else section
                yield from ((label + _capital(text, common), text) for text in texts)


def _groups(values: Any) -> Iterator[tuple[str, list[str]]]:
    return iter(values.items()) if isinstance(values, dict) else iter([("", values)])


def _capital(text: str, common: Container[str]) -> str:
    if not text[0].isupper():
        return ""
    return "^common" if text.lower() in common else "^"


def misshapen(name: str, document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what is wrong with the keys of such a document."""
    for section, values in document.items():
        keys = list(values) if isinstance(values, dict) else []
        if name == "places":
            yield from _place_keys(section, keys)
        elif name == "times":
            yield from _time_keys(section, keys)


def _place_keys(section: str, keys: list[Any]) -> Iterator[Mistake]:
    if section in {"regions", "occupied"}:
        for code in keys:
            if not _CODES.fullmatch(str(code)):
                yield Mistake(("places", section, code), "is no region; write a code like UA-05, two with + or /, or `any`")
    wanted = {"region_words": ["either", "many", "one"], "government": ["names", "words"]}.get(section)
    if wanted and sorted(keys) != wanted:
        yield Mistake(("places", section), f"is not complete; write the lists {', '.join(wanted)} in it")


def _time_keys(section: str, keys: list[Any]) -> Iterator[Mistake]:
    low, high = _COUNTS.get(section, (0, 0))
    for key in keys:
        if section in _COUNTS and not (_WHOLE.fullmatch(str(key)) and low <= int(key) <= high):
            yield Mistake(("times", section, key), f"is no number that fits; write one from {low} to {high}")
        if section == "units" and key not in _UNITS:
            yield Mistake(("times", section, key), f"is no unit; write {', '.join(_UNITS)}")
