"""Parsing feeds in a process of its own, killed when it takes too long."""

import html
import multiprocessing
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from alerter.sources.parser_worker import serve

_SECONDS = 3.0
_START = 15.0
_SUMMARY = 2000
# zones that RFC 5322 does not know; read as UTC they would be hours wrong
_ZONES = {"EET": 2, "EEST": 3, "MSK": 3, "CET": 1, "CEST": 2}
_TAGS = re.compile(r"<[^>]{0,2000}>")


class ParseError(Exception):
    """A body is no feed that can be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, as plain text; `published` is None when the feed gives no date that can be trusted."""

    guid: str
    title: str
    summary: str
    url: str
    published: datetime | None


class ParserProcess:
    """A worker that is started when first needed and replaced when it was killed."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._channel: Connection | None = None

    def parse(self, body: bytes, content_type: str = "") -> list[Entry]:
        """Return the entries of a feed.

        Raises:
            ParseError: when there are none, or reading them takes too long or too much memory.
        """
        with self._lock:
            answer = self._ask(readable(body), content_type)
        if isinstance(answer, str):
            raise ParseError(answer)
        return [_entry(raw) for raw in answer]

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _ask(self, body: bytes, content_type: str) -> list[dict[str, str]] | str:
        first = self._process is None
        channel = self._worker()
        try:
            channel.send((body, content_type))
            if channel.poll(_SECONDS + (_START if first else 0)):
                answer: list[dict[str, str]] | str = channel.recv()
                return answer
        except (EOFError, OSError):
            self.close()
            return "needs more memory than a feed may"
        self.close()
        return f"takes longer than {_SECONDS:.0f} s to parse"

    def _worker(self) -> Connection:
        if self._channel is None:
            context = multiprocessing.get_context("spawn")
            self._channel, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._channel


def readable(body: bytes) -> bytes:
    """Return the body; one that says it is UTF-8 and is windows-1251 is put right."""
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w-]+)", body[:200])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("windows-1251", errors="replace").encode()
    return body


def date(text: str) -> datetime | None:
    """Return the moment a date names, in UTC; None when it names no zone or no date."""
    words = text.strip().split()
    zone = _ZONES.get(words[-1].upper()) if words else None
    try:
        if zone is not None:
            naive = parsedate_to_datetime(" ".join(words[:-1]) + " +0000").replace(tzinfo=None)
            return naive.replace(tzinfo=timezone(timedelta(hours=zone))).astimezone(UTC)
        found = parsedate_to_datetime(text) if "," in text or len(words) > 3 else datetime.fromisoformat(text)  # noqa: PLR2004 (RFC 5322 has more words)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def text_of(markup: str) -> str:
    """Return the words of a piece of HTML."""
    plain = html.unescape(_TAGS.sub(" ", markup))
    return " ".join(_TAGS.sub(" ", plain).split())


def _entry(raw: dict[str, str]) -> Entry:
    return Entry(raw["guid"], text_of(raw["title"]), text_of(raw["summary"])[:_SUMMARY], raw["url"], date(raw["date"]))
