"""The words the reader knows: data, compiled once into a dictionary of word stems."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alerter.domain.model import Mistake
from alerter.domain.text import WORD

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
    "foreign",
    "tail",
    "origin",
    "drone",
    "missile",
    "imminent",
    "launched",
    "nationwide",
    "minus",
    "degree",
)
_SHORTEST = 3

Phrase = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What every word may mean. `hash` changes when any word does."""

    exact: Mapping[str, tuple[Phrase, ...]]
    stems: Mapping[str, tuple[tuple[str, Phrase], ...]]
    hash: str


def compile_lexicon(documents: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon of documents that `lint` finds right: one a language, and `places`."""
    exact: dict[str, list[Phrase]] = {}
    stems: dict[str, list[tuple[str, Phrase]]] = {}
    for role, text in _phrases(documents):
        first, *rest = text.lower().split()
        phrase = (role, tuple(rest))
        if first.endswith("*"):
            stems.setdefault(first[:_SHORTEST].rstrip("*"), []).append((first[:-1], phrase))
        else:
            exact.setdefault(first, []).append(phrase)
    canonical = json.dumps(documents, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Lexicon({k: tuple(v) for k, v in exact.items()}, {k: tuple(v) for k, v in stems.items()}, digest)


def lint(documents: Mapping[str, Any]) -> list[Mistake]:
    """Return every mistake: unknown roles, stems too short to mean anything, and entries that are no text."""
    found = []
    for name, document in documents.items():
        if not isinstance(document, dict):
            found.append(Mistake((name,), "is no mapping of roles to words; write lines like `energy: [substation*]`"))
            continue
        known = ("regions", "country", "not_places") if name == "places" else ROLES
        found += [Mistake((name, key), f"unknown role; write one of {', '.join(known)}") for key in document if key not in known]
        for role, values in document.items():
            found += _words(name, role, values)
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
            elif not all(WORD.fullmatch(part.removesuffix("*")) for part in word.split()):
                yield Mistake((name, role, index), f"{word!r} can never match: write letters, and * only at the end of a word")
            elif word in values[:index]:
                yield Mistake((name, role, index), f"{word!r} stands here twice; delete one")
            elif len(word.split()[0].rstrip("*")) < _SHORTEST and word.split()[0].endswith("*"):
                yield Mistake((name, role, index), f"{word!r} begins too many words; write at least {_SHORTEST} letters before *")


def _phrases(documents: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, document in documents.items():
        for role, values in document.items():
            if name == "places" and role == "regions":
                yield from ((f"@{region}", text) for region, texts in values.items() for text in texts)
            else:
                yield from ((role, text) for text in values)
