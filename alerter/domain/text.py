"""Text as the reader wants it: one form of every letter, sentences, words."""

import html
import re
import unicodedata
from typing import NamedTuple

_RARE = re.compile(r"[^\x00-\x7fа-яіїєґА-ЯІЇЄҐ«»…]|[`<&\t\r]|[a-zA-Z][а-яіїєґА-ЯІЇЄҐ]|[а-яіїєґА-ЯІЇЄҐ][a-zA-Z]")
_PLAIN = str.maketrans(
    dict.fromkeys("ʼ’‘`´ʹ′", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("“”„‟", '"')
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\t\r", " ")
    | {
        "ё": "е",
        "Ё": "Е",
        "ў": "у",
        "\u0301": None,
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\ufeff": None,
    }
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_LOOKALIKE = str.maketrans("aceiopxyABCEHIKMOPTXY", "асеіорхуАВСЕНІКМОРТХУ")
_MIXED = re.compile(r"\b(?=\w*[а-яіїєґА-ЯІЇЄҐ])(?=\w*[a-zA-Z])\w+\b")
_LATIN = re.compile("[a-zA-Z]")
_SENTENCE = re.compile(r"(?:[^.!?…\n▪▫•◾🔹🔸💥❗✅➖]|\.(?=[\w,])|(?<=\b\w)\.(?=\s?[A-ZА-ЯІЇЄҐ])|(?<=\bобл)\.)+[.!?…]*")
WORD = re.compile(r"\w+(?:['-]\w+)*")
"""A word of a cleaned text; an apostrophe or a dash inside parts nothing."""


class Token(NamedTuple):
    """A word in lower case, without an English possessive, and where it stands in the whole text."""

    word: str
    start: int
    end: int


_HIDING = re.compile("[ʼ’‘`´ʹ′ёЁ\u0301\u00ad\u200b\u200c\u200d\ufeff&<]")


def plain(text: str) -> bool:
    """Tell whether every word of a text that is of one script stands as it would after `clean`; cheap to ask."""
    return not _HIDING.search(text)


def mixed(word: str) -> bool:
    """Tell whether a word has letters of two scripts, of which `clean` may make one."""
    return _MIXED.search(word) is not None


def clean(text: str) -> str:
    """Return the text with one form of every apostrophe, dash, space and look-alike letter, and without HTML remains.

    Most texts come back untouched.
    """
    if not _RARE.search(text):
        return text
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return _MIXED.sub(_one_script, plain)


def _one_script(match: re.Match[str]) -> str:
    """Write a word of mixed letters in Cyrillic, when every Latin letter of it has a twin there."""
    cyrillic = match[0].translate(_LOOKALIKE)
    return match[0] if _LATIN.search(cyrillic) else cyrillic


def sentences(text: str) -> list[tuple[int, str]]:
    """Return each sentence with the place where it begins."""
    return [(match.start(), match[0]) for match in _SENTENCE.finditer(text)]


_SPAN = re.Match.span


def tokens(sentence: str, begin: int = 0) -> list[Token]:
    """Return the words of a sentence that begins at character `begin` of its text."""
    low = sentence.lower()
    if len(low) != len(sentence) or "'s" in low:  # some capital letters have small ones of two characters
        return [
            Token(each[0].lower().removesuffix("'s"), begin + each.start(), begin + each.end())
            for each in WORD.finditer(sentence)
        ]
    return [Token(low[start:end], begin + start, begin + end) for start, end in map(_SPAN, WORD.finditer(sentence))]
