"""Public Telegram channels, read through their web preview."""

from datetime import datetime
from html.parser import HTMLParser

from alerter.sources.feeds import FeedState, Polled, Source, SourceError, ask, item, new_state
from alerter.sources.http import Fetcher
from alerter.sources.parser import Entry

_TITLE = 300


def poll_feed(fetcher: Fetcher, feed: Source, state: FeedState, now: datetime) -> Polled:
    """Return the posts of a channel's preview page.

    Raises:
        SourceError: when the page has no posts, which is how a channel that is gone or hidden looks, or another channel's.
    """
    response = ask(fetcher, feed, state, now)
    if response.status == 304:  # noqa: PLR2004 (HTTP's number)
        return Polled((), state)
    entries = posts(response.body.decode("utf-8", errors="replace"))
    if not entries:
        raise SourceError("shows no posts: the channel is gone, renamed, or its preview is closed")
    handle = feed.url.rstrip("/").rsplit("/", 1)[1].lower()
    others = {entry.guid.partition("/")[0].lower() for entry in entries} - {handle}
    if others:
        raise SourceError(f"shows the posts of another channel, {min(others)}: not read; write its name if that is meant")
    return Polled(tuple(item(entry, feed, now) for entry in entries), new_state(response))


def posts(page: str) -> list[Entry]:
    """Return the posts of a page, oldest first; the first line is the title."""
    reader = _Page()
    reader.feed(page)
    reader.finish()
    return reader.entries


class _Page(HTMLParser):
    """Collects message, text and time as the page names them."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._post = ""
        self._text: list[str] = []
        self._time = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if "data-post" in values and "tgme_widget_message" in classes:
            self.finish()
            self._post = values["data-post"]
        elif tag == "div" and (self._depth or "tgme_widget_message_text" in classes):
            self._depth += 1
        elif tag == "br" and self._depth:
            self._text.append("\n")
        elif tag == "time" and values.get("datetime"):
            self._time = values["datetime"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self._text.append(data)

    def finish(self) -> None:
        """Close the post that is open."""
        text = "".join(self._text).strip()
        if self._post and text:
            title, _, rest = text.partition("\n")
            self.entries.append(
                Entry(self._post, title[:_TITLE], rest.strip(), f"https://t.me/{self._post}", _moment(self._time))
            )
        self._post, self._text, self._time, self._depth = "", [], "", 0


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
