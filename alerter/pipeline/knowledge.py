"""What is known: reports and forecasts gathered from what was observed, ready to be judged at any moment."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerter.config.files import Feed
from alerter.config.load import Configuration
from alerter.domain import warnings
from alerter.domain.health import quorum_seen, seen
from alerter.domain.model import Bulletin, FeedItem, Forecast, OfficialWarning, Report, Situation
from alerter.domain.news import read
from alerter.domain.rules import longest_window
from alerter.store.schedule import SourceRow


class Knowledge:
    """What has been observed so far, kept in memory so that the cost of a tick does not grow with the journal.

    `window` is how far back any rule looks; items observed earlier need not be added.
    """

    def __init__(self, config: Configuration) -> None:
        """Know nothing yet."""
        self._config = config
        self.window = longest_window(config.rules)
        self._order: list[str] = [provider.key for provider in config.weather.providers]
        self._reports: list[Report] = []
        self._oldest: datetime | None = None
        self._official: tuple[OfficialWarning, ...] = ()
        self._everything: tuple[Report, ...] | None = None
        self._memo: dict[Any, Any] = {}
        self._forecasts: dict[str, dict[tuple[str, str], Forecast]] = {}
        self._ordered: dict[str, tuple[Forecast, ...]] = {}
        self._changed: set[str] = set()
        self._warnings: dict[str, tuple[datetime, tuple[OfficialWarning, ...]]] = {}
        self._feeds: dict[str, Feed | FeedItem] = {feed.id: feed for feed in config.feeds.feeds}
        self._gazetteers = {source.id: config.gazetteer(source) for source in config.weather.warnings}
        self._services = {source.id: source for source in config.weather.warnings}
        self._points = {
            region.id: frozenset(point.name for point in region.points) for region in config.regions.regions if region.enabled
        }

    def add_items(self, items: Iterable[FeedItem]) -> None:
        """Read news items; those without meaning cost nothing later.

        Owner and reliability are those that feeds.yaml has now, so that a source that lost our trust loses it for what it
        said as well; a source that is not there keeps its own.
        """
        for item in items:
            if reports := read(item, self._config.lexicon, self._config.zone):
                feed = self._feeds.get(item.source, item)
                self._reports += (replace(one, owner=feed.owner or one.owner, reliability=feed.reliability) for one in reports)
                self._oldest = min(self._oldest or item.observed, item.observed)
                self._everything = None

    def add_forecasts(self, forecasts: Iterable[Forecast]) -> None:
        """Take forecasts in any order; of each provider, region and point the one observed last counts."""
        for forecast in forecasts:
            here = self._forecasts.setdefault(forecast.region, {})
            known = here.get((forecast.provider, forecast.point))
            if known is None or known.observed <= forecast.observed:
                here[forecast.provider, forecast.point] = forecast
                self._changed.add(forecast.region)

    def add_bulletins(self, bulletins: Iterable[Bulletin]) -> None:
        """Read official warnings; the newest bulletin of each source counts."""
        for bulletin in bulletins:
            known = self._warnings.get(bulletin.source)
            if bulletin.source in self._gazetteers and (known is None or known[0] <= bulletin.observed):
                found, _ = warnings.read(bulletin, self._gazetteers[bulletin.source])
                self._warnings[bulletin.source] = (bulletin.observed, found)

    def situation(self, now: datetime, news_seen: datetime | None, warnings_seen: datetime | None = None) -> Situation:
        """Return what is known at `now`, forgetting what no rule can look back to.

        `news_seen` and `warnings_seen` are when the sources last answered; the latter is at least when a bulletin last came.
        """
        heard = max((at for at in (warnings_seen, *(at for at, _ in self._warnings.values())) if at), default=None)
        reports, official = self._gathered(now)
        forecasts = self._by_region()
        return Situation(now, reports, forecasts, news_seen, official, heard, self._points, self._config.zone, self._memo)

    def _gathered(self, now: datetime) -> tuple[tuple[Report, ...], tuple[OfficialWarning, ...]]:
        """Return all reports that count, and the warnings in force: the very same as before, unless they changed."""
        if self._oldest and self._oldest <= now - self.window:
            self._reports = [report for report in self._reports if report.observed > now - self.window]
            self._oldest = min((report.observed for report in self._reports), default=None)
            self._everything = None
        official = warnings.in_force((one for _, found in self._warnings.values() for one in found), now)
        if self._everything is None or official != self._official:
            told = (report for one in official for report in self._told(one))
            self._everything, self._official = (*self._reports, *told), official
        return self._everything, self._official

    def _by_region(self) -> dict[str, tuple[Forecast, ...]]:
        """Return the forecasts of each region in the order of the chain: the very same as before, unless a new one came."""
        if self._changed:
            fresh = {region: tuple(sorted(self._forecasts[region].values(), key=self._rank)) for region in self._changed}
            self._ordered, self._changed = self._ordered | fresh, set()
        return self._ordered

    def _told(self, warning: OfficialWarning) -> Iterator[Report]:
        service = self._services[warning.source]
        return warnings.reports([warning], service.name, service.origin)

    def _rank(self, forecast: Forecast) -> tuple[int, str]:
        known = forecast.provider in self._order
        return (self._order.index(forecast.provider) if known else len(self._order), forecast.point)


def news_seen(rows: list[SourceRow]) -> datetime | None:
    """Return when a third of the news sources (at least one) had last been seen; None when they never were.

    An answer that has brought nothing new for too long is not believed: it may come from a cache that stands still.
    """
    return quorum_seen([seen(row.fetched_ok_at, row.content_changed_at) for row in rows])


def warnings_seen(rows: list[SourceRow]) -> datetime | None:
    """Return when a source of official warnings last answered; None when none ever did."""
    return max((row.fetched_ok_at for row in rows if row.fetched_ok_at), default=None)
