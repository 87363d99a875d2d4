"""Text as the reader wants it: one form of every letter, sentences, words."""

import re
import unicodedata

_RARE = re.compile("[ʼ’‘`´ё\u0301\u00a0\u200b–—‑]|[a-z][а-яіїєґ]|[а-яіїєґ][a-z]|[^\x00-\u04ff]", re.IGNORECASE)
_PLAIN = str.maketrans(
    {"ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "ё": "е", "Ё": "Е", "\u00a0": " ", "‑": "-", "–": "-", "—": "-"}
)
_LOOKALIKE = str.maketrans("aceiopxyABCEHIKMOPTXY", "асеіорхуАВСЕНІКМОРТХУ")
_MIXED = re.compile(r"\b(?=\w*[а-яіїєґА-ЯІЇЄҐ])(?=\w*[a-zA-Z])\w+\b")
_SENTENCE = re.compile(r"[^.!?…\n]+(?:\.(?=[\d\w])[^.!?…\n]+)*[.!?…]*")
WORD = re.compile(r"[\w'-]+:?")


def clean(text: str) -> str:
    """Return the text with one form of apostrophes, dashes, ё and look-alike letters; most texts come back untouched."""
    if not _RARE.search(text):
        return text
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN).replace("\u0301", "").replace("\u200b", "")
    return _MIXED.sub(lambda match: match[0].translate(_LOOKALIKE), plain)


def sentences(text: str) -> list[tuple[int, str]]:
    """Return each sentence with the place where it begins."""
    return [(match.start(), match[0]) for match in _SENTENCE.finditer(text)]
