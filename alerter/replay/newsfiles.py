"""News from archives: JSON lines or saved feeds, with `observed` times that a daemon could have had."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alerter.config.files import Feed
from alerter.config.load import ConfigError
from alerter.config.yamlfile import Problem
from alerter.domain.model import FeedItem
from alerter.sources.parser import ParseError, ParserProcess


@dataclass
class NewsFiles:
    """Reads archives; what was left out for want of a date is counted in `undated`.

    An item that does not say when it was observed counts as observed `delay` after it was published, never before. `owner`
    and `reliability` are those of sources that neither `feeds` nor the item knows.
    """

    feeds: Mapping[str, Feed]
    delay: timedelta
    owner: str | None = None
    reliability: str | None = None
    undated: int = 0

    def json_lines(self, path: Path) -> Iterator[FeedItem]:
        """Yield the items of a JSON-lines file with `source`, `title`, `date` (or `published`), perhaps `lead` (or `summary`).

        Raises:
            ConfigError: with every mistake of every line.
        """
        problems: list[Problem] = []
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    item = self._row(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    what = f"{type(error).__name__} {error}; write at least source, title and date, a date with its offset"
                    problems.append(Problem(str(path), number, "(line)", what))
                else:
                    if item:
                        yield item
        if problems:
            raise ConfigError(problems)

    def saved_feed(self, source: str, path: Path) -> Iterator[FeedItem]:
        """Yield the items of a feed that was saved as a file (RSS or Atom).

        Raises:
            ConfigError: when it is no feed.
        """
        parser = ParserProcess()
        try:
            entries = parser.parse(path.read_bytes()).entries
        except ParseError as error:
            raise ConfigError([Problem(str(path), 1, "(file)", f"{error}; give a saved RSS or Atom feed")]) from None
        finally:
            parser.close()
        for entry in entries:
            raw = {"source": source, "guid": entry.guid, "title": entry.title, "summary": entry.summary, "url": entry.url}
            if item := self._row(raw | {"date": entry.published.isoformat() if entry.published else None}):
                yield item

    def _row(self, raw: Mapping[str, Any]) -> FeedItem | None:
        published, seen = _moment(raw.get("published") or raw.get("date")), _moment(raw.get("observed"))
        if published is None and seen is None:
            self.undated += 1
            return None
        observed = seen or (published or datetime.min.replace(tzinfo=UTC)) + self.delay
        source, title, summary = str(raw["source"]), str(raw["title"]), str(raw.get("lead") or raw.get("summary") or "")
        url = str(raw.get("url") or "")
        guid = str(raw.get("guid") or raw.get("id") or url or hashlib.sha256(title.encode()).hexdigest())
        feed = self.feeds.get(source)
        owner = feed.owner if feed else raw.get("owner") or self.owner
        letter = feed.reliability if feed else raw.get("reliability") or self.reliability
        if owner is None or letter is None:
            raise ValueError(f"nobody knows the source {source!r}: write owner and reliability, or use --owner and --reliability")
        return FeedItem(source, guid, title, summary, url, published, observed, str(owner), str(letter))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return at.astimezone(UTC)
