"""Tick: what is known by now, decided, and committed with the messages it owes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from alerter.config.load import Configuration
from alerter.domain.alerts import decide
from alerter.domain.model import FeedItem, Forecast, Notification, Receiver, Report, Situation
from alerter.domain.news import read
from alerter.store.journal import items_since, newest_forecasts
from alerter.store.outbox import enqueue, load_alerts, save_alerts
from alerter.store.schedule import SourceRow, all_sources, take_lease

WINDOW = timedelta(days=15)
"""How far back reports are looked at; no shipped rule looks further."""

_FORECAST_WINDOW = timedelta(days=2)
_KEEP = timedelta(hours=24)
_LEASE = timedelta(seconds=10)


class Knowledge:
    """What has been observed so far, kept in memory so that the cost of a tick does not grow with the journal."""

    def __init__(self, config: Configuration) -> None:
        """Know nothing yet."""
        self._config = config
        self._order: list[str] = [provider.provider for provider in config.weather.providers]
        self._reports: list[Report] = []
        self._forecasts: dict[tuple[str, str, str], Forecast] = {}

    def add_items(self, items: Iterable[FeedItem]) -> None:
        """Read news items; those without meaning cost nothing later."""
        for item in items:
            self._reports += read(item, self._config.lexicon)

    def add_forecasts(self, forecasts: Iterable[Forecast]) -> None:
        """Take forecasts; the newest of each provider, region and point counts."""
        for forecast in forecasts:
            self._forecasts[(forecast.region, forecast.provider, forecast.point)] = forecast

    def situation(self, now: datetime, news_seen: datetime | None) -> Situation:
        """Return what is known at `now`, forgetting what no rule can look back to."""
        self._reports = [report for report in self._reports if report.observed > now - WINDOW]
        by_region: dict[str, list[Forecast]] = {}
        for forecast in self._forecasts.values():
            by_region.setdefault(forecast.region, []).append(forecast)
        ordered = {region: tuple(sorted(found, key=self._rank)) for region, found in by_region.items()}
        return Situation(now, tuple(self._reports), ordered, news_seen, zone=self._config.zone)

    def _rank(self, forecast: Forecast) -> tuple[int, str]:
        known = forecast.provider in self._order
        return (self._order.index(forecast.provider) if known else len(self._order), forecast.point)


class Ticker:
    """Decides, over a database that other processes may share."""

    def __init__(self, config: Configuration, engine: Engine, holder: str) -> None:
        """Start with nothing read; the first tick catches up."""
        self._config, self._engine, self._holder = config, engine, holder
        self._knowledge = Knowledge(config)
        self._item = self._forecast = 0
        self._feeds = {feed.id for feed in config.feeds.feeds if feed.enabled}

    def run(self, now: datetime) -> tuple[Notification, ...]:
        """Decide once; return what is to be told. Nothing when another process holds the lease."""
        with self._engine.begin() as connection:
            if not take_lease(connection, "tick", self._holder, now, _LEASE):
                return ()
            fresh = items_since(connection, now - WINDOW, self._item)
            self._knowledge.add_items(item for _, item in fresh)
            weather = newest_forecasts(connection, now - _FORECAST_WINDOW, self._forecast)
            self._knowledge.add_forecasts(forecast for _, forecast in weather)
            seen = news_seen([row for row in all_sources(connection) if row.id in self._feeds])
            before = load_alerts(connection)
            situation = self._knowledge.situation(now, seen)
            after, told = decide(self._config.rules, situation, before, self._config.offsets, self._config.source_names)
            save_alerts(connection, before, after)
            for notification in told:
                enqueue(connection, notification, covering(self._config.receivers, notification), _KEEP)
        self._item = max((number for number, _ in fresh), default=self._item)
        self._forecast = max((number for number, _ in weather), default=self._forecast)
        return told


def covering(receivers: Iterable[Receiver], notification: Notification) -> list[str]:
    """Return the subscribers that want to hear of a notification."""
    return [
        receiver.id
        for receiver in receivers
        if receiver.role == "subscribers"
        and notification.severity >= receiver.at_least
        and (not receiver.regions or receiver.regions & set(notification.regions))
    ]


def news_seen(rows: list[SourceRow]) -> datetime | None:
    """Return when a third of the news sources (at least one) had last answered; None when they never did."""
    answered = sorted((row.fetched_ok_at for row in rows if row.fetched_ok_at), reverse=True)
    quorum = max(1, len(rows) // 3)
    return answered[quorum - 1] if len(answered) >= quorum else None
