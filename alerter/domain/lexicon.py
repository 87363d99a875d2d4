"""The words the reader knows: data, compiled once into a dictionary of word stems."""

import hashlib
import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alerter.domain.model import Mistake
from alerter.domain.terms import GAP, Terms

ROLES: tuple[str, ...] = (
    "energy",
    "attack",
    "weapon",
    "large",
    "warn",
    "outage",
    "restoration",
    "truce",
    "agreed",
    "over",
    "cold",
    "deny",
    "unreal",
)
ROLES += (
    "enemy",
    "own",
    "ours",
    "tail",
    "origin",
    "drone",
    "missile",
    "imminent",
    "launched",
    "minus",
    "degree",
)
_SHORTEST = 3

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_PLACES: tuple[str, ...] = (
    "regions",
    "occupied",
    "foreign",
    "country",
    "nationwide",
    "except",
    "launched",
    "and",
    "region_words",
)
_PLACES += ("government", "not_places", "surnames", "common")
_CODED = ("regions", "occupied", "region_words")
_CODES = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}([+/][A-Z]{2}-[A-Z0-9]{1,3})*|any")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What every word may mean: roles in a sentence, and places. `hash` changes when any word does."""

    roles: Terms
    places: Terms
    hash: str


def compile_lexicon(documents: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon of documents that `lint` finds right: one a language, and `places`."""
    roles = _roles(documents)
    places = _places(documents.get("places", {}))
    canonical = json.dumps(documents, sort_keys=True, ensure_ascii=False)
    return Lexicon(Terms(roles), Terms(places), hashlib.sha256(canonical.encode()).hexdigest())


def lint(documents: Mapping[str, Any]) -> list[Mistake]:
    """Return every mistake: unknown roles, stems too short to mean anything, and entries that are no text."""
    found = []
    for name, document in documents.items():
        if not isinstance(document, dict):
            found.append(Mistake((name,), "is no mapping of roles to words; write lines like `energy: [substation*]`"))
            continue
        known = _PLACES if name == "places" else ROLES
        found += [Mistake((name, key), f"unknown role; write one of {', '.join(known)}") for key in document if key not in known]
        for role, values in document.items():
            found += _words(name, role, values)
        if name == "places":
            found += _shape(document)
    return found


def _shape(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what is wrong with the keys of places."""
    for section in ("regions", "occupied"):
        for code in document.get(section, ()):
            if not _CODES.fullmatch(code):
                yield Mistake(("places", section, code), "is no region; write a code like UA-05, two with + or /, or `any`")
    for section, keys in (("region_words", {"one", "either", "many"}), ("government", {"names", "words"})):
        values = document.get(section, {})
        if section in document and (not isinstance(values, dict) or set(values) != keys):
            yield Mistake(("places", section), f"is not complete; write the lists {', '.join(sorted(keys))} in it")


def _words(name: str, role: str, values: Any) -> Iterator[Mistake]:
    if isinstance(values, dict):
        for key, inner in values.items():
            yield from _words(name, key, inner)
    elif not isinstance(values, list):
        yield Mistake((name, role), "is no list; write words between square brackets")
    else:
        for index, word in enumerate(values):
            if not isinstance(word, str) or not word.strip("* "):
                yield Mistake((name, role, index), "is no word; write one, or several in a row")
            elif not all(_WORD.fullmatch(part.removesuffix("*")) for part in word.split() if part != GAP):
                yield Mistake((name, role, index), f"{word!r} can never match: write letters, and * only at the end of a word")
            elif word in values[:index]:
                yield Mistake((name, role, index), f"{word!r} stands here twice; delete one")
            elif len(word.split()[0].rstrip("*")) < _SHORTEST and word.split()[0].endswith("*"):
                yield Mistake((name, role, index), f"{word!r} begins too many words; write at least {_SHORTEST} letters before *")


def _roles(documents: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, document in documents.items():
        if name != "places":
            yield from ((role, text) for role, values in document.items() for text in values)


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names with their section and codes as label ("regions UA-30"), and a ^ after it where a capital is asked for."""
    common = set(document.get("common", ()))
    for section, values in document.items():
        if section == "government":
            yield from (("government", f"{name} {word}") for name in values["names"] for word in values["words"])
        elif section != "common":
            groups = values if isinstance(values, dict) else {"": values}
            for key, texts in groups.items():
                label = f"{section} {key}" if section in _CODED else section
                yield from ((label + _capital(text, common), text) for text in texts)


def _capital(text: str, common: Container[str]) -> str:
    if not text[0].isupper():
        return ""
    return "^common" if text.lower() in common else "^"
