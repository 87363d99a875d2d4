"""The process that runs feedparser: it may hang, swell or die without harm to the daemon.

It is told its end of a socket as a file descriptor and sends one message when it is ready. Then it reads pairs of messages
(content type, body) from it, and answers each with JSON: `{"entries": […], "ttl": "…"}` or `{"error": "…"}`.
"""

import io
import json
import resource
import sys
from multiprocessing.connection import Connection
from typing import Any
from xml.parsers import expat

import feedparser

_MEMORY = 100_000_000
"""Bytes above what the process needs to start; 5 MB of ordinary feed take about 20 MB."""

_ITEMS = 500
_DEEPEST = 100
_MOST_ATTRIBUTES = 100
"""Far more than any feed has. feedparser's time grows with their square (100,000: more than 25 s)."""


class HostileError(Exception):
    """The document is built to exhaust whoever reads it."""


def serve(channel: Connection) -> None:
    """Say that this process is ready, and answer until the other end is closed."""
    channel.send_bytes(b"ready")
    while True:
        try:
            content_type, body = channel.recv_bytes().decode(), channel.recv_bytes()
        except (EOFError, OSError):
            return
        channel.send_bytes(json.dumps(answer(body, content_type)).encode())


def answer(body: bytes, content_type: str) -> dict[str, Any]:
    """Return what `parse` says, or an error, whatever the document."""
    try:
        return parse(body, content_type)
    except HostileError as error:
        return {"error": str(error)}
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001 (whatever a hostile document causes)
        return {"error": f"cannot be parsed ({type(error).__name__})"}


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the entries of a feed as plain strings of limited length."""
    inspect(body)
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    found = [_plain(entry) for entry in parsed.entries[:_ITEMS]]
    if not found:
        return {"error": "has no entries: it is no feed, or an empty one"}
    return {"entries": found, "ttl": str(parsed.feed.get("ttl", ""))[:20]}


def inspect(body: bytes) -> None:
    """Refuse entities, depth and attributes that no feed has. What is not well-formed passes: feedparser reads it loosely.

    Raises:
        HostileError: when the document is built to exhaust.
    """
    reader, depth = expat.ParserCreate(), 0

    def start(_: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST or len(attributes) > 2 * _MOST_ATTRIBUTES:
            raise HostileError("is built to exhaust whoever reads it (nesting or attributes)")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*_: Any) -> None:
        raise HostileError("is built to exhaust whoever reads it (it declares entities)")

    reader.ordered_attributes = True
    reader.StartElementHandler, reader.EndElementHandler, reader.EntityDeclHandler = start, end, entity
    try:
        reader.Parse(body, True)  # noqa: FBT003 (expat's signature)
    except (expat.ExpatError, ValueError, LookupError):
        return


def _plain(entry: feedparser.FeedParserDict) -> dict[str, str]:
    content = entry.get("content") or [{}]
    return {
        "guid": str(entry.get("id", ""))[:500],
        "title": str(entry.get("title", ""))[:2000],
        "summary": str(entry.get("summary") or content[0].get("value", ""))[:20000],
        "url": str(entry.get("link", ""))[:2000],
        "date": str(entry.get("published") or entry.get("updated") or "")[:100],
    }


def _limit_memory() -> None:
    pages = int(open("/proc/self/statm").read().split()[0]) if sys.platform == "linux" else 0  # noqa: SIM115, PTH123 (one line of /proc)
    most = pages * resource.getpagesize() + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    _limit_memory()
    sys.setrecursionlimit(5000)
    serve(Connection(int(sys.argv[1])))
