"""The same core with the journal's clock: what was observed by each tick, judged, and what was told.

**How silence is judged.** A journal with `polled` lines says when each source answered: a source counts as heard at its
polled and item lines, and news as heard when a third of the journal's sources were, as in the daemon. A journal
without such lines cannot tell a silent source from an uneventful night: there news counts as heard from its first line
to its last. Weather services count as heard when a bulletin of theirs is. Forecasts always grow old by themselves: each
carries when it was observed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerter.config.load import Configuration
from alerter.domain.alerts import decide
from alerter.domain.model import Alert, Bulletin, FeedItem, Forecast, Heard, Notification
from alerter.pipeline.knowledge import Knowledge
from alerter.replay.journal import Journal
from alerter.replay.lines import Entry

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Ticks from `first` to `last`, `every` so often, at whole multiples of `every` (UTC)."""

    first: datetime
    last: datetime
    every: timedelta

    @classmethod
    def over(cls, journal: Journal, every: timedelta, first: datetime | None = None, last: datetime | None = None) -> "Ticks":
        """Return the span of a journal, or the part of it between two moments."""
        return cls(_ceil(first or journal.first, every), _ceil(last or journal.last, every), every)

    def __iter__(self) -> Iterator[datetime]:
        """Yield the moments at which it is decided."""
        now = self.first
        while now <= self.last:
            yield now
            now += self.every


def _ceil(moment: datetime, every: timedelta) -> datetime:
    return moment + (_EPOCH - moment) % every


class Ears:
    """When news was last heard, by what the journal says (see above)."""

    def __init__(self, journal: Journal) -> None:
        """Have heard nothing yet."""
        self._journal = journal
        self._heard: dict[str, datetime] = {}

    def hear(self, entry: FeedItem | Heard) -> None:
        """Take note that a source answered."""
        self._heard[entry.source] = entry.observed

    def seen(self, now: datetime) -> datetime | None:
        """Return when a quorum of the sources had last answered by `now`, None when never."""
        if not self._journal.polled:
            return None if now < self._journal.first else min(now, self._journal.last)
        quorum = max(1, len(self._journal.sources) // 3)
        answered = sorted(self._heard.values(), reverse=True)
        return answered[quorum - 1] if len(answered) >= quorum else None


def play(
    config: Configuration, journal: Journal, ticks: Ticks, tick: Callable[[datetime], object] = lambda _: None
) -> Iterator[Notification]:
    """Yield what would have been told, in the order of telling; `tick` is called with each moment judged."""
    knowledge, ears = Knowledge(config), Ears(journal)
    alerts: dict[tuple[str, str], Alert] = {}
    offsets, names = config.offsets, journal.owners | config.source_names
    entries = iter(journal)
    ahead = next(entries, None)
    for now in ticks:
        while ahead is not None and ahead.observed <= now:
            _learn(knowledge, ears, ahead)
            ahead = next(entries, None)
        situation = knowledge.situation(now, ears.seen(now))
        alerts, told = decide(config.rules, situation, alerts, offsets, names)
        yield from told
        tick(now)


def _learn(knowledge: Knowledge, ears: Ears, entry: Entry) -> None:
    if isinstance(entry, Forecast):
        knowledge.add_forecasts([entry])
        return
    if isinstance(entry, Bulletin):
        knowledge.add_bulletins([entry])
        return
    ears.hear(entry)
    if isinstance(entry, FeedItem):
        knowledge.add_items([entry])
