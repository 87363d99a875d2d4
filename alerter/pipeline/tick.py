"""Tick: what is known by now, decided, and committed with the messages it owes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from alerter.config.load import Configuration
from alerter.domain.alerts import decide
from alerter.domain.model import Alert, Notification
from alerter.domain.notify import in_force
from alerter.domain.standing import covering, time_to_live
from alerter.pipeline.knowledge import Knowledge, news_seen, warnings_seen
from alerter.pipeline.watch import Watch
from alerter.store.journal import items_since, newest_bulletins, newest_forecasts
from alerter.store.leases import Lease
from alerter.store.outbox import enqueue, load_alerts, save_alerts, unaware
from alerter.store.schedule import all_sources

_FORECAST_WINDOW = timedelta(days=2)


class Ticker:
    """Decides, over a database that other processes may share."""

    def __init__(self, config: Configuration, engine: Engine, holder: str) -> None:
        self._engine = engine
        self.lease = Lease("tick", holder)
        self.adopt(config)

    def adopt(self, config: Configuration) -> None:
        """Decide by `config` from the next tick on. Nothing is read yet, so that tick reads the journal anew."""
        self._config = config
        self._knowledge, self._watch = Knowledge(config), Watch(config)
        self._item = self._forecast = self._bulletin = 0
        self._newcomers = True
        self._feeds = {feed.id for feed in config.feeds.feeds if feed.enabled}
        self._services = {source.id for source in config.weather.warnings}

    def run(self, now: datetime) -> tuple[Notification, ...]:
        """Decide once; return what is to be told. Nothing when another process holds the lease."""
        with self.lease.hold(self._engine) as connection:
            if connection is None:
                return ()
            fresh = items_since(connection, now - self._knowledge.window, self._item)
            self._knowledge.add_items(item for _, item in fresh)
            weather = newest_forecasts(connection, now - _FORECAST_WINDOW, self._forecast)
            self._knowledge.add_forecasts(forecast for _, forecast in weather)
            bulletins = newest_bulletins(connection, now - _FORECAST_WINDOW, self._bulletin).values()
            self._knowledge.add_bulletins(bulletin for _, bulletin in bulletins)
            rows = all_sources(connection)
            seen = news_seen([row for row in rows if row.id in self._feeds])
            heard = warnings_seen([row for row in rows if row.id in self._services])
            before = load_alerts(connection)
            situation = self._knowledge.situation(now, seen, heard)
            self._watch.look(connection, situation, rows)
            after, told = decide(self._config.rules, situation, before, self._config.offsets, self._config.source_names)
            save_alerts(connection, before, after)
            for notification in told:
                enqueue(connection, notification, covering(self._config.receivers, notification), time_to_live(notification))
            if self._newcomers:
                self._greet(connection, after, now)
        self._newcomers = False
        self._item = max((number for number, _ in fresh), default=self._item)
        self._forecast = max((number for number, _ in weather), default=self._forecast)
        self._bulletin = max((number for number, _ in bulletins), default=self._bulletin)
        return told

    def _greet(self, connection: Connection, alerts: Mapping[tuple[str, str], Alert], now: datetime) -> None:
        """Tell receivers that are new what holds already: danger does not wait for its next turn."""
        for notification, since in in_force(self._config.rules, alerts, now):
            new = unaware(connection, covering(self._config.receivers, notification), notification.rule, since)
            if new:
                enqueue(connection, notification, new, time_to_live(notification))
