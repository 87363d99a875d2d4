"""News feeds: asked only for what changed."""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerter.domain.model import FeedItem
from alerter.sources.http import Fetcher, Response, host_of
from alerter.sources.parser import Entry, ParseError, ParserProcess
from alerter.sources.weather import header, http_date, retry_after

_FUTURE = timedelta(hours=1)
_LONGEST_GUID = 500  # PostgreSQL's indexes take 2,704 bytes
_PATIENCE = timedelta(minutes=30)
"""A feed's hints of how long it stays fresh are followed so far and no further: people are waiting."""

_SHORT, _COUNTRY = 3, 2  # labels of `com.ua`, `co.uk`


class SourceError(Exception):
    """A source gave no usable answer; `retry_after` is how long it wants to be left alone."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Source(Protocol):
    """What is asked, and who speaks there."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def owner(self) -> str:
        """Who speaks."""

    @property
    def reliability(self) -> str:
        """Admiralty letter."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the last answer taught: validators, and a hash of the body for servers that ignore them."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought. `next_in` is how long the server wants to be left alone."""

    items: tuple[FeedItem, ...]
    state: FeedState
    next_in: timedelta | None = None


def poll_feed(fetcher: Fetcher, parser: ParserProcess, feed: Source, state: FeedState, now: datetime) -> Polled:
    """Return the items of a feed, none when it did not change.

    Raises:
        SourceError: when the answer is no feed.
        FetchError: when there is no answer.
    """
    response = ask(fetcher, feed, state, now)
    kept = new_state(response)
    if response.status == 304:  # noqa: PLR2004 (HTTP's number)
        return Polled((), state, patience(response, now))
    if kept.body_hash == state.body_hash:
        return Polled((), kept, patience(response, now))
    try:
        parsed = parser.parse(response.body, header(response.headers, "Content-Type") or "")
    except ParseError as error:
        raise SourceError(str(error)) from None
    items = tuple(item(entry, feed, now) for entry in parsed.entries)
    return Polled(items, kept, patience(response, now, parsed.ttl))


def ask(fetcher: Fetcher, feed: Source, state: FeedState, now: datetime) -> Response:
    """Return a 200 or 304; anything else is a `SourceError`, and so is an answer from another site: who speaks there?"""
    conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    response = fetcher.fetch(feed.url, headers={name: value for name, value in conditions.items() if value})
    host = host_of(response.url)
    if site(host) != site(host_of(feed.url)):
        raise SourceError(f"leads to another site, {host}: not read; if that is the same publisher, write its new address")
    if response.status not in {200, 304}:
        raise SourceError(f"HTTP {response.status}", retry_after(response.headers, now))
    if response.status == 200 and not response.body.strip():  # noqa: PLR2004 (HTTP's number)
        raise SourceError("is empty")
    return response


def new_state(response: Response) -> FeedState:
    """Return what to remember of an answer."""
    etag, modified = header(response.headers, "ETag"), header(response.headers, "Last-Modified")
    return FeedState(etag, modified, hashlib.sha256(response.body).hexdigest())


def item(entry: Entry, feed: Source, now: datetime) -> FeedItem:
    """Return an entry as an item; a date in the future cannot be trusted."""
    published = entry.published if entry.published and entry.published <= now + _FUTURE else None
    return FeedItem(feed.id, _guid(entry), entry.title, entry.summary, entry.url, published, now, feed.owner, feed.reliability)


def _guid(entry: Entry) -> str:
    """Return what tells an entry from others; a digest where that is too long for an index or holds what no text may."""
    name = entry.guid or entry.url
    if name and len(name) <= _LONGEST_GUID and name.isprintable():
        return name
    return hashlib.sha256((name or entry.title).encode("utf-8", "replace")).hexdigest()


def patience(response: Response, now: datetime, ttl: timedelta | None = None) -> timedelta | None:
    """Return how long an answer says it stays fresh: `max-age`, else `Expires`, or the feed's own `ttl` if that is longer."""
    seconds = re.search(r"max-age=(\d{1,9})", header(response.headers, "Cache-Control") or "")
    expires = http_date(header(response.headers, "Expires"))
    fresh = timedelta(seconds=int(seconds[1])) if seconds else expires - now if expires else timedelta()
    wanted = max(fresh, ttl or timedelta())
    return min(wanted, _PATIENCE) if wanted > timedelta() else None


def site(host: str) -> str:
    """Return what stays the same when a site moves between its hosts: the last two labels, three below `com.ua` and its like."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        labels = host.split(".")
    second = labels[-2:-1] and (len(labels[-2]) <= _SHORT) and len(labels[-1]) == _COUNTRY
    return ".".join(labels[-3 if second else -2 :])
