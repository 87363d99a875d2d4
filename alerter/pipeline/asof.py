"""What the journal says was known at a moment, of one region: the world that a tick of that moment saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerter.config.load import Configuration
from alerter.domain.health import quorum_seen, seen
from alerter.domain.model import Alert, AlertState, Situation
from alerter.domain.verification import periods
from alerter.pipeline.knowledge import Knowledge
from alerter.store.history import told_since
from alerter.store.journal import forecasts_of, heard_by, items_since, newest_bulletins
from alerter.store.outbox import load_alerts
from alerter.store.schedule import all_sources

_FORECASTS = timedelta(days=2)
_LONGEST = timedelta(days=90)
"""Longer than any winter's alert has stood."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The situation, the alerts that stood in the region by rule, and when each source had last been seen."""

    situation: Situation
    alerts: Mapping[str, Alert]
    seen: Mapping[str, datetime | None]


def as_of(connection: Connection, config: Configuration, region: str, now: datetime, *, past: bool) -> AsOf:
    """Return what was known of `region` at `now`. `past`: what was learnt later is left out, and alerts are those told then.

    Of the past, forecasts are known as far as they are kept (see `keep` in weather.yaml), and when sources answered to
    half an hour.
    """
    knowledge = Knowledge(config)
    items = items_since(connection, now - knowledge.window)
    knowledge.add_items(item for _, item in items if item.observed <= now)
    knowledge.add_forecasts(forecasts_of(connection, region, now - _FORECASTS, now))
    bulletins = newest_bulletins(connection, now - _FORECASTS, until=now)
    knowledge.add_bulletins(bulletin for _, bulletin in bulletins.values())
    heard = heard_by(connection, now) if past else {row.id: row.fetched_ok_at for row in all_sources(connection)}
    changed = {} if past else {row.id: row.content_changed_at for row in all_sources(connection)}
    enabled = {feed.id for feed in config.feeds.feeds if feed.enabled}
    news = {name: seen(heard.get(name), changed.get(name)) for name in enabled}
    services = {source.id: heard.get(source.id) for source in config.weather.warnings}
    last_heard = max((at for at in services.values() if at), default=None)
    situation = knowledge.situation(now, quorum_seen(list(news.values())), last_heard)
    alerts = _told(connection, now, region) if past else _standing(load_alerts(connection), region)
    return AsOf(situation, alerts, news | services)


def _standing(alerts: Mapping[tuple[str, str], Alert], region: str) -> dict[str, Alert]:
    return {rule: alert for (rule, place), alert in alerts.items() if place == region}


def _told(connection: Connection, now: datetime, region: str) -> dict[str, Alert]:
    told = (message for _, message in told_since(connection, now - _LONGEST) if message.at <= now)
    stood = [period for period in periods(told) if period.region == region and period.ends is None]
    return {one.rule: Alert(one.rule, region, AlertState.FIRING, one.begins, now, one.begins) for one in stood}
