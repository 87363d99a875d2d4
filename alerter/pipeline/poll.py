"""Poll: ask the sources that are due, write what they say, and when to ask again."""

import logging
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alerter.clock import Clock, monotonic
from alerter.config.files import Feed
from alerter.config.load import Configuration
from alerter.domain.model import FeedItem
from alerter.domain.republication import Earlier
from alerter.pipeline.lanes import Lanes
from alerter.pipeline.weather import WeatherDesk
from alerter.sources import telegram_preview
from alerter.sources.feeds import FeedState, SourceError, poll_feed
from alerter.sources.http import Fetcher, FetchError, host_of
from alerter.sources.parser import ParserProcess
from alerter.sources.schedule import next_due
from alerter.sources.weather import WeatherError
from alerter.store.faults import Fault, fault_of
from alerter.store.group import GroupCommit
from alerter.store.journal import add_items, known_guids, latest_items
from alerter.store.schedule import (
    ClaimLostError,
    SourceRow,
    all_sources,
    begin_anew,
    claim_due,
    enrol,
    keep_claims,
    renew_claims,
    settle,
)

log = logging.getLogger(__name__)
_SPAN = timedelta(seconds=20)
"""A claim lasts so long without a sign of life: what a stopped process was polling, another polls soon."""
_PATIENCE = 180.0
"""Seconds after which a poll is given no more signs of life: every call ends long before."""
_LONGEST = timedelta(hours=6)
_A_DAY = timedelta(days=1)  # the longest window in which a weather provider counts calls
_REMEMBERED = timedelta(days=2)
_LOST = "%s took so long that another process polls it now"
_FEW, _MANY = 2, 10
"""A feed that an hour ago had many entries and now has a few that nobody knows is not itself."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a poll makes of a source, and the items it brought."""

    before: SourceRow
    after: SourceRow
    items: tuple[FeedItem, ...]
    now: datetime


_Job = tuple[timedelta, Callable[[SourceRow, datetime], dict[str, Any]]]


class _Plan(NamedTuple):
    """How each source is asked, how often and of which host, which ones bear long waits, and what defines each."""

    jobs: Mapping[str, _Job]
    hosts: Mapping[str, str]
    patient: frozenset[str]
    defined: Mapping[str, object]

    def differs(self, other: "_Plan", source: str) -> bool:
        """Tell whether a source of both plans is not the same in both, so that its last answer tells nothing of the next."""
        return source in self.defined and other.defined.get(source, self.defined[source]) != self.defined[source]


class Poller:
    """Asks every source when it is due; one that hangs delays no other, and one that failed is parsed apart from the others."""

    def __init__(self, config: Configuration, engine: Engine, clock: Clock, holder: str) -> None:
        """Enrol the sources of `config`; `holder` names this process in leases."""
        self._engine, self._clock, self._holder = engine, clock, holder
        self._parsers = {ailing: ParserProcess() for ailing in (False, True)}
        self._lanes = Lanes()
        self._commit = GroupCommit(engine, self._write)
        self._under_way: dict[str, float] = {}
        self._plan = _Plan({}, {}, frozenset(), {})
        self.adopt(config)

    def adopt(self, config: Configuration) -> None:
        """Poll the sources of `config` from now on: what is new or changed at once. What is under way ends as it began."""
        fetcher = Fetcher(private_hosts=frozenset(config.feeds.private_hosts) | frozenset(config.weather.private_hosts))
        jobs: dict[str, _Job] = {
            feed.id: (feed.every, self._feed_job(feed, fetcher)) for feed in config.feeds.feeds if feed.enabled
        }
        weather = WeatherDesk(config, self._engine, self._clock, fetcher, self._holder).jobs()
        jobs |= weather
        addresses = {feed.id: feed.url for feed in config.feeds.feeds} | {one.key: one.url for one in config.weather.providers}
        hosts = {name: host_of(addresses[name]) if name in addresses else name for name in jobs}
        plan = _Plan(jobs, hosts, frozenset(weather), config.sources)
        changed = [name for name in jobs if self._plan.differs(plan, name)]
        with self._engine.begin() as connection:
            enrol(connection, jobs, self._clock.now())
            begin_anew(connection, changed, self._clock.now())
        self._plan = plan

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all that is polled."""
        return tuple(self._plan.jobs)

    def run(self) -> list[Future[None]]:
        """Start polling everything that is due; the futures end when each source is settled.

        Call it again every few seconds: what is still under way gives its sign of life with each call.
        """
        now, began, plan = self._clock.now(), monotonic(), self._plan
        alive = [source for source, start in self._under_way.copy().items() if began - start < _PATIENCE]
        with self._engine.begin() as connection:
            renew_claims(connection, alive, now, self._holder, _SPAN)
            rows = claim_due(connection, plan.jobs.keys() - self._under_way.keys(), now, self._holder, _SPAN)
        self._under_way |= {row.id: began for row in rows}
        starts = ((plan.hosts[row.id], partial(self._poll, row, plan, now), row.failures > 0) for row in rows)
        return [self._lanes.submit(host, poll, ailing=ailing) for host, poll, ailing in starts]

    def complain(self) -> None:
        """Log what cannot be read."""
        with self._engine.begin() as connection:
            rows = all_sources(connection)
        for row in rows:
            if row.last_error:
                log.warning("%s cannot be read: %s", row.id, row.last_error)

    def close(self) -> None:
        """Stop without waiting for sources that hang."""
        self._lanes.close()
        for parser in self._parsers.values():
            parser.close()

    def _poll(self, row: SourceRow, plan: _Plan, now: datetime) -> None:
        try:
            self._commit.add(self._ask(row, plan, now))
        except ClaimLostError:
            log.warning(_LOST, row.id)
        finally:
            self._under_way.pop(row.id, None)

    def _ask(self, row: SourceRow, plan: _Plan, now: datetime) -> _Outcome:
        every, job = plan.jobs[row.id]
        items: tuple[FeedItem, ...] = ()
        try:
            changes: dict[str, Any] = job(row, now)
            wait = changes.pop("next_in", None)
            every = min(every, changes.pop("sooner", every))
            items = changes.pop("items", ())
            changes = {"failures": 0, "last_error": None, "fetched_ok_at": now} | changes
        except (SourceError, FetchError, WeatherError) as error:
            wait = getattr(error, "retry_after", None)
            changes = {"failures": row.failures + 1, "last_error": str(error)[:300]}
        except Exception as error:
            if isinstance(error, ClaimLostError) or (isinstance(error, DBAPIError) and fault_of(error) is not Fault.UNFIT):
                raise  # no fault of the source's
            wait = None
            changes = {"failures": row.failures + 1, "last_error": f"unexpected: {type(error).__name__}"}
            log.exception("%s: unexpected error", row.id)
        longest = _A_DAY if row.id in plan.patient else _LONGEST
        due = next_due(now, every, wait, changes["failures"], random.random(), longest)  # noqa: S311 (jitter)
        after = replace(row, next_due=due, **changes)
        if plan.differs(self._plan, row.id):  # it was changed while it was asked
            after = replace(after, next_due=now, etag=None, last_modified=None, body_hash=None)
        return _Outcome(row, after, items, now)

    def _write(self, connection: Connection, outcomes: list[_Outcome]) -> None:
        mine = keep_claims(connection, [outcome.before.id for outcome in outcomes], self._holder)
        rows = [self._journal(connection, outcome) for outcome in outcomes if outcome.before.id in mine]
        settle(connection, self._holder, rows)
        settled = {row.id: row for row in rows}
        for outcome in outcomes:
            row = settled.get(outcome.before.id)
            if row is None:
                log.warning(_LOST, outcome.before.id)
            elif row.failures == 1:
                log.warning("%s cannot be read: %s", row.id, row.last_error)
            elif outcome.before.failures and not row.failures:
                log.info("%s answers again", row.id)

    def _journal(self, connection: Connection, outcome: _Outcome) -> SourceRow:
        """Write what nobody knows yet; return the source with what that says of its health."""
        row, before = outcome.after, outcome.before
        if not outcome.items:
            return row
        known = known_guids(connection, row.id, [item.guid for item in outcome.items])
        fresh = [item for item in outcome.items if item.guid not in known]
        if fresh:
            earlier = latest_items(connection, row.id, outcome.now - _REMEMBERED)
            told = Earlier(earlier)
            fresh = [item for item in fresh if not told.has(item)]
            add_items(connection, fresh)
            row = replace(row, content_changed_at=outcome.now) if fresh else row
            awake = before.fetched_ok_at is not None and outcome.now - before.fetched_ok_at < timedelta(hours=1)
            if awake and len(fresh) == len(outcome.items) <= _FEW and len(earlier) >= _MANY:
                error = f"shows {len(fresh)} entries and none of those it had: a stand-in, or another feed"
                return replace(before, next_due=row.next_due, failures=before.failures + 1, last_error=error)
        return row

    def _feed_job(self, feed: Feed, fetcher: Fetcher) -> Callable[[SourceRow, datetime], dict[str, Any]]:
        def job(row: SourceRow, now: datetime) -> dict[str, Any]:
            state = FeedState(row.etag, row.last_modified, row.body_hash)
            if feed.kind == "telegram":
                polled = telegram_preview.poll_feed(fetcher, feed, state, now)
            else:
                polled = poll_feed(fetcher, self._parsers[row.failures > 0], feed, state, now)
            kept = polled.state
            changes = {"etag": kept.etag, "last_modified": kept.last_modified, "body_hash": kept.body_hash}
            newest = max((item.published for item in polled.items if item.published), default=row.newest_item_at)
            return changes | {"next_in": polled.next_in, "newest_item_at": newest, "items": polled.items}

        return job
