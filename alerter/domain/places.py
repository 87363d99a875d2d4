"""The places a sentence names, and on which side of the front and the border they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerter.domain.lexicon import Lexicon
from alerter.domain.text import Token


class Kind(StrEnum):
    """What a place means for a claim that names it."""

    REGION = "region"  # one or more regions of the country
    COUNTRY = "country"  # the country, or regions of it left unnamed
    NATIONWIDE = "nationwide"  # all of it, said in so many words
    EXCLUDED = "excluded"  # all of it but these regions
    OCCUPIED = "occupied"  # out of the grid's reach: held by the enemy
    FOREIGN = "foreign"  # another country


@dataclass(frozen=True, slots=True)
class Place:
    """A place named at words `first` to `last` of a sentence; `regions` are its region codes, if it has any."""

    kind: Kind
    regions: frozenset[str]
    first: int
    last: int


def places_of(words: Sequence[Token], text: str, lexicon: Lexicon) -> list[Place]:
    """Return the places that a sentence names, in order.

    `words` are the sentence's, with the spans they have in the cleaned `text` (where capital letters can be seen).
    """
    del text
    found = lexicon.places.find(words)
    apart = [(each.first, each.last) for each in found if each.label in {"not_places", "foreign"}]
    return [
        Place(_kind(label), frozenset({label[1:]} if label[0] == "@" else ()), first, last)
        for label, first, last in found
        if label != "not_places" and (label == "foreign" or not any(first <= end and start <= last for start, end in apart))
    ]


def _kind(label: str) -> Kind:
    return Kind.REGION if label[0] == "@" else Kind(label)
