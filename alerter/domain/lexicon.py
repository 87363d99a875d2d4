"""The words the reader knows: data, compiled once into a dictionary of word stems."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alerter.domain.model import Mistake
from alerter.domain.sections import SECTIONS, misshapen, place_terms, terms_of
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


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What every word may mean: roles in a sentence, and places. `hash` changes when any word does."""

    roles: Terms
    places: Terms
    times: Terms
    origins: Terms
    hash: str


def compile_lexicon(documents: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon of documents that `lint` finds right: one a language, `places`, `times` and `origins`."""
    canonical = json.dumps(documents, sort_keys=True, ensure_ascii=False)
    return Lexicon(
        roles=Terms(_roles(documents)),
        places=Terms(place_terms(documents.get("places", {}))),
        times=Terms(terms_of(documents.get("times", {}))),
        origins=Terms(terms_of(documents.get("origins", {}))),
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def lint(documents: Mapping[str, Any]) -> list[Mistake]:
    """Return every mistake: unknown roles, stems too short to mean anything, and entries that are no text."""
    found = []
    for name, document in documents.items():
        if not isinstance(document, dict):
            found.append(Mistake((name,), "is no mapping of roles to words; write lines like `energy: [substation*]`"))
            continue
        known = SECTIONS.get(name, ROLES)
        found += [Mistake((name, key), f"unknown role; write one of {', '.join(known)}") for key in document if key not in known]
        for role, values in document.items():
            found += _words(name, role, values)
        found += misshapen(name, document)
    return found


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
        if name not in SECTIONS:
            yield from ((role, text) for role, values in document.items() for text in values)
