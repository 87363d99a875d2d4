"""Old news in new clothes: the same text published again under another identifier."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from alerter.domain.model import FeedItem

_WORD = re.compile(r"\w+")
_NEAR = 0.7
"""Share of words that two titles at one address must have in common to be one text."""

_SOON = timedelta(hours=1)

Words = tuple[str, ...]


class Earlier:
    """What a source said before, for telling whether an item says it again."""

    def __init__(self, items: Iterable[FeedItem]) -> None:
        self._titles: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._moments: dict[tuple[Words, Words], list[datetime | None]] = defaultdict(list)
        for item in items:
            self.add(item)

    def add(self, item: FeedItem) -> None:
        """Remember an item."""
        title = _words(item.title)
        self._titles[item.url].append(frozenset(title))
        self._moments[title, _words(item.summary)].append(item.published)

    def has(self, item: FeedItem) -> bool:
        """Tell whether `item` was said before: nearly the same title at the same address, or the same words within an hour.

        The same words without a date count as said before: no source is trusted to be new without one.
        """
        title = _words(item.title)
        words = frozenset(title)
        if item.url and any(len(words & one) >= _NEAR * len(words | one) for one in self._titles.get(item.url, ())):
            return True
        moments = self._moments.get((title, _words(item.summary)), ())
        return any(one is None or item.published is None or abs(item.published - one) <= _SOON for one in moments)


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.lower()))
