"""Parsing feeds in a process of its own, killed when it takes too long."""

import html
import json
import re
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from multiprocessing.connection import Connection
from typing import Any

_SECONDS = 3.0
_START = 15.0
_CLOSE = 1.0
_SUMMARY = 2000
# zones that RFC 5322 does not know; read as UTC they would be hours wrong
_ZONES = {"EET": 2, "EEST": 3, "MSK": 3, "CET": 1, "CEST": 2}
_MONTHS = {
    "січ": 1,
    "лют": 2,
    "бер": 3,
    "кві": 4,
    "тра": 5,
    "чер": 6,
    "лип": 7,
    "сер": 8,
    "вер": 9,
    "жов": 10,
    "лис": 11,
    "гру": 12,
    "янв": 1,
    "фев": 2,
    "мар": 3,
    "апр": 4,
    "мая": 5,
    "май": 5,
    "июн": 6,
    "июл": 7,
    "авг": 8,
    "сен": 9,
    "окт": 10,
    "ноя": 11,
    "дек": 12,
}
_CYRILLIC = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{1,2})\s+(?P<month>[а-яіїє]{3})[а-яіїє]*\.?,?\s+(?P<year>\d{4})(?:\s*[рг]\.?)?,?\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPACED = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")
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


@dataclass(frozen=True, slots=True)
class Parsed:
    """The entries of a feed, and how long it asks to be left alone."""

    entries: tuple[Entry, ...]
    ttl: timedelta | None = None


class ParserProcess:
    """A worker that is started when first needed and replaced when it was killed; safe to use from many threads."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Connection | None = None

    def parse(self, body: bytes, content_type: str = "") -> Parsed:
        """Return what a feed says.

        Raises:
            ParseError: when it has no entries, or reading them takes too long or too much memory.
        """
        with self._lock:
            answer = self._ask(readable(body), content_type)
        return understood(answer)

    def close(self) -> None:
        """End the worker for good; whoever waits for it learns so at once."""
        self._closed = True
        if process := self._process:
            process.kill()
        # only who holds the lock may close the channel: closed twice, its number may be another file's by then
        if self._lock.acquire(timeout=_CLOSE):
            self._end()
            self._lock.release()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _ask(self, body: bytes, content_type: str) -> dict[str, Any]:
        if self._closed:
            return {"error": "is not read any more: the parser was closed"}
        try:
            channel = self._worker()
            channel.send_bytes(content_type.encode())
            channel.send_bytes(body)
            if channel.poll(_SECONDS):
                answer: dict[str, Any] = json.loads(channel.recv_bytes())
                return answer
        except (EOFError, OSError, ValueError):
            self._end()
            return {"error": "needs more memory than a feed may"}
        self._end()
        return {"error": f"takes longer than {_SECONDS:.0f} s to parse"}

    def _worker(self) -> Connection:
        if self._channel is None:
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", "alerter.sources.parser_worker", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )
            theirs.close()
            self._channel = Connection(ours.detach())
            if self._channel.poll(_START):
                self._channel.recv_bytes()  # it is ready: what a feed may take is counted from here
        return self._channel


def understood(answer: dict[str, Any]) -> Parsed:
    """Return what the worker's answer says.

    Raises:
        ParseError: when it is an error.
    """
    if "error" in answer:
        raise ParseError(answer["error"])
    ttl = answer["ttl"]
    patience = timedelta(minutes=int(ttl)) if ttl.isdecimal() and len(ttl) < 7 else None  # noqa: PLR2004 (a year has fewer minutes)
    return Parsed(tuple(_entry(raw) for raw in answer["entries"]), patience)


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
    """Return the moment a date names, in UTC; None when it names no zone or no date. Months may be Ukrainian or Russian."""
    text = " ".join(text.split())
    named = _CYRILLIC.fullmatch(text)
    if named and (month := _MONTHS.get(named["month"].lower())):
        text = f"{int(named['day'])} {_ENGLISH[month - 1]} {named['year']} {named['rest']}"
    head, _, zone = text.rpartition(" ")
    try:
        if zone.upper() in _ZONES:
            naive = parsedate_to_datetime(f"{head} +0000").replace(tzinfo=None)
            return naive.replace(tzinfo=timezone(timedelta(hours=_ZONES[zone.upper()]))).astimezone(UTC)
        found = datetime.fromisoformat(_SPACED.sub("", text)) if text[:4].isdecimal() else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def text_of(markup: str) -> str:
    """Return the words of a piece of HTML."""
    plain = html.unescape(_TAGS.sub(" ", markup))
    return " ".join(_TAGS.sub(" ", plain).split())


def _entry(raw: dict[str, str]) -> Entry:
    return Entry(raw["guid"], text_of(raw["title"]), text_of(raw["summary"])[:_SUMMARY], raw["url"], date(raw["date"]))
