"""Poll: ask the sources that are due, write what they say, and when to ask again."""

import logging
import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from alerter.clock import Clock, monotonic
from alerter.config.files import Feed
from alerter.config.load import Configuration
from alerter.pipeline.weather import WeatherDesk
from alerter.sources import telegram_preview
from alerter.sources.feeds import FeedState, SourceError, poll_feed
from alerter.sources.http import Fetcher, FetchError
from alerter.sources.parser import ParserProcess
from alerter.sources.schedule import next_due
from alerter.sources.weather import WeatherError
from alerter.store.journal import add_items
from alerter.store.schedule import ClaimLostError, SourceRow, claim_due, enrol, keep_claim, renew_claims, settle

log = logging.getLogger(__name__)
_SPAN = timedelta(seconds=20)
"""A claim lasts so long without a sign of life: what a stopped process was polling, another polls soon."""
_PATIENCE = 180.0
"""Seconds after which a poll is given no more signs of life: every call ends long before."""
_THREADS = 16
_LONGEST = timedelta(hours=6)
_A_DAY = timedelta(days=1)  # the longest window in which a weather provider counts calls


class Poller:
    """Asks every source when it is due; one that hangs delays no other."""

    def __init__(self, config: Configuration, engine: Engine, clock: Clock, holder: str) -> None:
        """Enrol the sources of `config`; `holder` names this process in leases."""
        self._config, self._engine, self._clock, self._holder = config, engine, clock, holder
        hosts = frozenset(config.feeds.private_hosts) | frozenset(config.weather.private_hosts)
        self._fetcher = Fetcher(private_hosts=hosts)
        self._parser = ParserProcess()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="poll")
        self._jobs: dict[str, tuple[timedelta, Callable[[SourceRow, datetime], dict[str, Any]]]] = {}
        for feed in config.feeds.feeds:
            if feed.enabled:
                self._jobs[feed.id] = (feed.every, self._feed_job(feed))
        weather = WeatherDesk(config, engine, clock, self._fetcher, holder).jobs()
        self._jobs |= weather
        self._patient = frozenset(weather)
        self._under_way: dict[str, float] = {}
        with engine.begin() as connection:
            enrol(connection, self._jobs, clock.now())

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all that is polled."""
        return tuple(self._jobs)

    def run(self) -> list[Future[None]]:
        """Start polling everything that is due; the futures end when each source is settled.

        Call it again every few seconds: what is still under way gives its sign of life with each call.
        """
        now, began = self._clock.now(), monotonic()
        alive = [source for source, start in self._under_way.copy().items() if began - start < _PATIENCE]
        with self._engine.begin() as connection:
            renew_claims(connection, alive, now, self._holder, _SPAN)
            rows = claim_due(connection, self._jobs.keys() - self._under_way.keys(), now, self._holder, _SPAN)
        self._under_way |= {row.id: began for row in rows}
        return [self._threads.submit(self._poll, row, now) for row in rows]

    def close(self) -> None:
        """Stop without waiting for sources that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._parser.close()

    def _poll(self, row: SourceRow, now: datetime) -> None:
        try:
            self._settle(row, now)
        except ClaimLostError:
            log.warning("%s took so long that another process polls it now", row.id)
        finally:
            self._under_way.pop(row.id, None)

    def _settle(self, row: SourceRow, now: datetime) -> None:
        every, job = self._jobs[row.id]
        try:
            changes = job(row, now)
            wait = changes.pop("next_in", None)
            every = min(every, changes.pop("sooner", every))
            changes = {"failures": 0, "last_error": None, "fetched_ok_at": now} | changes
            failures = 0
        except (SourceError, FetchError, WeatherError) as error:
            failures, wait = row.failures + 1, getattr(error, "retry_after", None)
            changes = {"failures": failures, "last_error": str(error)[:300]}
            if failures == 1:
                log.warning("%s cannot be read: %s", row.id, error)
        except (DBAPIError, ClaimLostError):
            raise  # no fault of the source's
        except Exception as error:
            failures, wait = row.failures + 1, None
            changes = {"failures": failures, "last_error": f"unexpected: {type(error).__name__}"}
            log.exception("%s: unexpected error", row.id)
        longest = _A_DAY if row.id in self._patient else _LONGEST
        due = next_due(now, every, wait, failures, random.random(), longest)  # noqa: S311 (jitter)
        with self._engine.begin() as connection:
            if not settle(connection, row.id, self._holder, next_due=due, **changes):
                raise ClaimLostError
        if row.failures and not failures:
            log.info("%s answers again", row.id)

    def _feed_job(self, feed: Feed) -> Callable[[SourceRow, datetime], dict[str, Any]]:
        def job(row: SourceRow, now: datetime) -> dict[str, Any]:
            state = FeedState(row.etag, row.last_modified, row.body_hash)
            if feed.kind == "telegram":
                polled = telegram_preview.poll_feed(self._fetcher, feed, state, now)
            else:
                polled = poll_feed(self._fetcher, self._parser, feed, state, now)
            kept = polled.state
            changes = {"etag": kept.etag, "last_modified": kept.last_modified, "body_hash": kept.body_hash}
            newest = max((item.published for item in polled.items if item.published), default=row.newest_item_at)
            with self._engine.begin() as connection:
                keep_claim(connection, row.id, self._holder)
                fresh = add_items(connection, polled.items)
            changed = now if fresh else row.content_changed_at
            return changes | {"next_in": polled.next_in, "newest_item_at": newest, "content_changed_at": changed}

        return job
