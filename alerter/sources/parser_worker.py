"""The process that runs feedparser: it may hang, swell or die without harm to the daemon."""

import io
import resource
import sys
from multiprocessing.connection import Connection

import feedparser

_MEMORY = 400_000_000
_ITEMS = 500


def serve(channel: Connection) -> None:
    """Answer each (body, content type) with a list of plain entries, or with the text of an error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.setrecursionlimit(5000)
    while True:
        try:
            body, content_type = channel.recv()
        except (EOFError, OSError):
            return
        try:
            channel.send(_entries(body, content_type))
        except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001 (whatever a hostile document causes)
            channel.send(f"cannot be parsed ({type(error).__name__})")


def _entries(body: bytes, content_type: str) -> list[dict[str, str]] | str:
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    found = [_plain(entry) for entry in parsed.entries[:_ITEMS]]
    return found or "has no entries: it is no feed, or an empty one"


def _plain(entry: feedparser.FeedParserDict) -> dict[str, str]:
    content = entry.get("content") or [{}]
    return {
        "guid": str(entry.get("id", ""))[:500],
        "title": str(entry.get("title", ""))[:2000],
        "summary": str(entry.get("summary") or content[0].get("value", ""))[:20000],
        "url": str(entry.get("link", ""))[:2000],
        "date": str(entry.get("published") or entry.get("updated") or "")[:100],
        "ttl": "",
    }
