"""News feeds: asked only for what changed."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerter.domain.model import FeedItem
from alerter.sources.http import Fetcher, Response
from alerter.sources.parser import Entry, ParseError, ParserProcess
from alerter.sources.weather import header, retry_after

_FUTURE = timedelta(hours=1)


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
        return Polled((), state, _patience(response))
    if kept.body_hash == state.body_hash:
        return Polled((), kept, _patience(response))
    try:
        entries = parser.parse(response.body, header(response.headers, "Content-Type") or "")
    except ParseError as error:
        raise SourceError(str(error)) from None
    return Polled(tuple(item(entry, feed, now) for entry in entries), kept, _patience(response))


def ask(fetcher: Fetcher, feed: Source, state: FeedState, now: datetime) -> Response:
    """Return a 200 or 304; anything else is a `SourceError`."""
    conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    response = fetcher.fetch(feed.url, headers={name: value for name, value in conditions.items() if value})
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
    guid = entry.guid or entry.url or hashlib.sha256(entry.title.encode()).hexdigest()
    return FeedItem(feed.id, guid, entry.title, entry.summary, entry.url, published, now, feed.owner, feed.reliability)


def _patience(response: Response) -> timedelta | None:
    match = re.search(r"max-age=(\d{1,7})", header(response.headers, "Cache-Control") or "")
    return timedelta(seconds=int(match[1])) if match else None
