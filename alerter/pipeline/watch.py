"""Watch: tell the operators when the alerter goes blind, when it sees again, and once a week that it is alive."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerter.config.load import Configuration
from alerter.domain.forecasts import in_use
from alerter.domain.health import SourceState, state
from alerter.domain.model import Notice, Situation
from alerter.pipeline.digest import MORNING, digests
from alerter.store.operators import last_notice, last_told, tell_operators
from alerter.store.schedule import SourceRow
from alerter.store.tally import tally

EVERY = timedelta(minutes=1)
GRACE = timedelta(minutes=10)
"""After a start nothing is called silent before it had the time to answer."""
NEWS_SILENT = timedelta(hours=1)
"""Well before rules answer unknown, so that there is time to mend it."""
SOURCE_SILENT = timedelta(hours=24)
WEEK = timedelta(days=7)
MONDAY = 0
Values = dict[str, str | int | float | list[str]]


class Watch:
    """Looks once a minute; what it told last is read from the database, so a restart repeats nothing."""

    def __init__(self, config: Configuration) -> None:
        """Know what there is to watch."""
        self._config = config
        self._feeds = [feed.id for feed in config.feeds.feeds if feed.enabled]
        self._sources = {
            *self._feeds,
            *(one.key for one in config.weather.providers),
            *(one.id for one in config.weather.warnings),
        }
        self._began: datetime | None = None
        self._looked: datetime | None = None

    def look(self, connection: Connection, situation: Situation, rows: Sequence[SourceRow]) -> None:
        """Tell the operators what has turned since the last look."""
        now = situation.now
        self._began = self._began or now
        if now - self._began < GRACE or (self._looked and timedelta(0) <= now - self._looked < EVERY):
            return
        self._looked = now
        mine = [row for row in rows if row.id in self._sources]
        self._news(connection, situation, mine)
        self._forecasts(connection, situation)
        self._silent(connection, mine, now)
        self._weekly(connection, situation, mine)
        digests(connection, self._config, now)

    def _news(self, connection: Connection, situation: Situation, rows: Sequence[SourceRow]) -> None:
        if not self._feeds:
            return
        seen, now = situation.news_seen, situation.now
        blind = seen is None or now - seen > NEWS_SILENT
        silent = [row.id for row in rows if row.id in self._feeds and _state(row, now) is not SourceState.OK]
        values: Values = {"since": self._when(seen), "sources": sorted(silent)}
        self._turn(connection, "news", values if blind else None, now)

    def _forecasts(self, connection: Connection, situation: Situation) -> None:
        used = in_use(situation)
        blind = sorted(region for region in self._config.offsets if used.get(region) is None)
        made = [one.made for one in used.values() if one]
        values: Values = {"since": self._when(max(made, default=None)), "regions": blind}
        self._turn(connection, "forecast", values if blind else None, situation.now)

    def _turn(self, connection: Connection, what: str, blind: Values | None, now: datetime) -> None:
        """Tell when sight was lost (`blind` says what cannot be seen) or has come back; each once."""
        before = last_notice(connection, f"watch:{what}")
        was = before is not None and before.topic == f"blind_{what}"
        if blind is not None and not was:
            tell_operators(connection, Notice(f"blind_{what}", blind, f"watch:{what}"), now)
        if blind is None and was:
            tell_operators(connection, Notice(f"sees_{what}", key=f"watch:{what}"), now)

    def _silent(self, connection: Connection, rows: Sequence[SourceRow], now: datetime) -> None:
        for row in rows:
            if row.failures and row.fetched_ok_at and now - row.fetched_ok_at > SOURCE_SILENT:
                values: Values = {"source": row.id, "since": self._when(row.fetched_ok_at), "why": row.last_error or ""}
                tell_operators(connection, Notice("source_silent", values, f"source:{row.id}"), now, once_per=WEEK)

    def _weekly(self, connection: Connection, situation: Situation, rows: Sequence[SourceRow]) -> None:
        now = situation.now
        local = now.astimezone(self._config.zone)
        if local.weekday() != MONDAY or local.hour < MORNING:
            return
        told_at = last_told(connection, "weekly")
        if told_at and now - told_at < WEEK - timedelta(days=1):
            return
        states = Counter(_state(row, now) for row in rows)
        told = tally(connection, now - WEEK)
        used = in_use(situation)
        values: Values = {
            "ok": states[SourceState.OK],
            "all": len(rows),
            "not_ok": sorted(row.id for row in rows if _state(row, now) is not SourceState.OK),
            "regions_ok": sum(used.get(region) is not None for region in self._config.offsets),
            "regions_all": len(self._config.offsets),
            "sent": told.states["sent"],
            "lost": told.states["dead"],
            "held": told.states["held"] + told.states["digested"],
            "p50": _minutes(told.delay(0.5)),
            "p95": _minutes(told.delay(0.95)),
        }
        tell_operators(connection, Notice("weekly", values), now)

    def _when(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self._config.zone):%Y-%m-%d %H:%M}" if moment else ""


def _state(row: SourceRow, now: datetime) -> SourceState:
    return state(row.fetched_ok_at, row.content_changed_at, row.failures, now)


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 (two minutes)
