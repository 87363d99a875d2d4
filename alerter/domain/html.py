"""Text for Telegram: its HTML without the tags, its length as Telegram counts it, and what strangers wrote made harmless."""

import html as entities
import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_TEXT = 300
LONGEST_LINK = 2000
TAG = re.compile(r"<[^<>]*>")


def plain(html: str) -> str:
    """Return the text of a message without its tags."""
    return entities.unescape(TAG.sub("", html))


def parsed_length(html: str) -> int:
    """Return the length of the text in UTF-16 units, as Telegram counts it."""
    return len(plain(html).encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return `text` on one line, without control characters, and no longer than `longest`."""
    spaced = " ".join(text.split())
    kept = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def safe_link(url: str) -> str:
    """Return `url` when it is a web address, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.netloc and len(url) <= LONGEST_LINK
    return url if good and clean(url, LONGEST_LINK) == url else ""
