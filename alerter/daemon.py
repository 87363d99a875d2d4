"""The running service: three jobs on APScheduler, systemd's notifications, and a clean end."""

import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from alerter.clock import Clock, SystemClock, monotonic
from alerter.config.load import Configuration
from alerter.config.settings import Settings
from alerter.lifesigns import DeadMan, notify
from alerter.pipeline.compose import messages_of
from alerter.pipeline.deliver import Deliverer, Sink, TokenRefusedError
from alerter.pipeline.page import StatusPage
from alerter.pipeline.poll import Poller
from alerter.pipeline.progress import Progress
from alerter.pipeline.reload import Reloader
from alerter.pipeline.tick import Ticker
from alerter.sinks.console import ConsoleSink
from alerter.sinks.telegram import TelegramSink
from alerter.store.faults import Fault, describe, fault_of
from alerter.store.leases import holder_name, holders, is_dead, release
from alerter.store.retention import forget_gently
from alerter.store.schedule import overdue
from alerter.store.tally import flowing

log = logging.getLogger(__name__)

EXIT_TOKEN = 78
"""The unit does not restart on this one: only the operator can mend the token."""

EXIT_DATABASE = 65
"""Nor on this one: the database is damaged or may not be written, and the log says what to do (EX_DATAERR)."""

_DRAIN_SECONDS = 7
_SAY_SECONDS = 60
_VOUCH_SECONDS = 5
_LOOK_SECONDS = 1
_OVERDUE = timedelta(minutes=10)
"""A poll may take three minutes; later than this sources are not polled at all."""


class Daemon:
    """Polls, decides and delivers until it is told to stop."""

    def __init__(self, config: Configuration, settings: Settings, engine: Engine, clock: Clock, *, dry_run: bool = False) -> None:
        """Prepare all three jobs; nothing runs yet. `dry_run` prints to the console whatever the token."""
        holder = self._holder = holder_name()
        token = None if dry_run else settings.token()
        sinks: dict[str, Sink] = {"console": ConsoleSink()}
        if token:
            sinks["telegram"] = TelegramSink(token, settings.telegram_api)
        else:
            log.warning("no Telegram token: messages are printed here; set ALERTER_TELEGRAM_TOKEN_FILE to send them")
        with engine.begin() as connection:
            release(connection, {name for name in holders(connection) if is_dead(name)})
        self._engine, self._clock, self._settings = engine, clock, settings
        self.poller = Poller(config, engine, clock, holder)
        self.ticker = Ticker(config, engine, holder)
        self.deliverer = Deliverer(config.receivers, engine, clock, messages_of(config), sinks, holder)
        self._watched = f"{len(self.poller.sources)} sources, {len(config.offsets)} regions, {len(config.rules)} rules"
        self._stop = threading.Event()
        self._status = 0
        self._ailed = float("-inf")
        self._deadman = DeadMan(settings.deadman_url)
        self._config = self._wanted = config
        self._reloader = Reloader(settings.config_directory(), engine)
        self._progress = Progress(("poll", "tick", "deliver"))

    def round(self) -> None:
        """Poll everything that is due, decide, deliver."""
        wait(self.poller.run(), timeout=120)
        self.ticker.run(self._clock.now())
        self.deliver()

    def deliver(self) -> None:
        """Deliver all that may be delivered now."""
        while self.deliverer.run():
            pass

    def once(self) -> int:
        """Do one round and say what could not be read; return the exit status."""
        self.round()
        self._hand_over()
        self.close()
        self.poller.complain()
        return 0

    def close(self) -> None:
        """End the helpers without waiting for sources that hang."""
        self.poller.close()

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return the exit status. On SIGHUP the configuration is read at once."""
        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for job in (self._poll, self._tick, self._deliver, self._keep):
            scheduler.add_job(job, "interval", seconds=1, next_run_time=SystemClock().now())
        scheduler.add_job(self._forget, "interval", minutes=10)
        scheduler.add_job(self._vouch, "interval", seconds=_VOUCH_SECONDS)
        scheduler.add_job(self._reload, "interval", seconds=_LOOK_SECONDS)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reloader.ask())
        self._guarded(lambda: self._reloader.tell_mended(self._clock.now()))
        page = self._page()
        scheduler.start()
        notify("READY=1")
        log.info("running: %s; stop with SIGTERM or Ctrl-C", self._watched)
        self._stop.wait()
        notify("STOPPING=1")
        scheduler.pause()
        self._drain()
        self._guarded(self._hand_over)
        if page:
            page.close()
        self.close()
        return self._status

    def _page(self) -> StatusPage | None:
        address = self._settings.http
        return StatusPage(address, lambda: self._config, self._engine, self._clock, self._progress.flows) if address else None

    def _poll(self) -> None:
        def job() -> None:
            for poll in self.poller.run():
                poll.add_done_callback(self._polled)
            self._progress.done("poll")

        self._guarded(job)

    def _polled(self, poll: Future[None]) -> None:
        if not poll.cancelled():
            self._guarded(poll.result)

    def _tick(self) -> None:
        def job() -> None:
            self._adopt()
            self.ticker.run(self._clock.now())
            self._progress.done("tick")

        self._guarded(job)

    def _reload(self) -> None:
        def job() -> None:
            self._wanted = self._reloader.look(self._clock.now()) or self._wanted

        self._guarded(job)

    def _adopt(self) -> None:
        """Between two ticks, go over to a configuration that was found good; what fails half-way is done again in the next."""
        config = self._wanted
        if config is not self._config:
            self.poller.adopt(config)
            self.ticker.adopt(config)
            self.deliverer.adopt(config.receivers, messages_of(config))
            self._reloader.tell_in_force(self._clock.now())
            self._config = config

    def _deliver(self) -> None:
        def job() -> None:
            more = 1
            while more and not self._stop.is_set():
                more = self.deliverer.run()
                self._progress.done("deliver")

        self._guarded(job)

    def _vouch(self) -> None:
        """Feed systemd's watchdog and the dead-man's switch, but only for work that was done."""

        def job() -> None:
            now = self._clock.now()
            with self._engine.begin() as connection:
                late, flows = overdue(connection, self.poller.sources, now - _OVERDUE), flowing(connection, now)
            if late or not self._progress.flows():
                log.error("%s: systemd's watchdog is not fed", "sources are overdue" if late else "a job does not finish")
                return
            notify("WATCHDOG=1")
            if flows:
                self._deadman.ping(now)

        self._guarded(job)

    def _keep(self) -> None:
        """Renew the sender's lease while a slow answer is waited for."""

        def job() -> None:
            if self.deliverer.lease.held():
                with self.deliverer.lease.hold(self._engine):
                    pass

        self._guarded(job)

    def _forget(self) -> None:
        """Forget what is too old, in small transactions with pauses for the other jobs."""
        now, keep = self._clock.now(), self._settings
        items = now - timedelta(days=keep.keep_items_days)
        messages = now - timedelta(days=keep.keep_messages_days)
        self._guarded(lambda: forget_gently(self._engine, items, messages, lambda: self._stop.wait(0.1)))

    def _guarded(self, job: Callable[[], object]) -> None:
        try:
            job()
        except TokenRefusedError as error:
            log.critical("%s", error)
            self._status = EXIT_TOKEN
            self._stop.set()
        except DBAPIError as error:
            self._ail(error)

    def _ail(self, error: DBAPIError) -> None:
        """Say what ails the database, once a minute; end when it is damaged or may not be written."""
        fault = fault_of(error)
        if not fault.passing and fault is not Fault.UNFIT:
            log.critical("the database: %s", describe(error))
            self._status = EXIT_DATABASE
            self._stop.set()
        elif monotonic() - self._ailed > _SAY_SECONDS:
            self._ailed = monotonic()
            log.error("the database: %s", describe(error), exc_info=error if fault is Fault.UNFIT else None)

    def _drain(self) -> None:
        finish = threading.Thread(target=self._guarded, args=(self._last_deliveries,), daemon=True)
        finish.start()
        finish.join(_DRAIN_SECONDS)

    def _last_deliveries(self) -> None:
        """Send on for a while, then only wait for answers: what has none when the process ends is sent again later."""
        until = monotonic() + _DRAIN_SECONDS / 2
        while self.deliverer.run() and monotonic() < until:
            pass
        self.deliverer.finish(_DRAIN_SECONDS / 2)

    def _hand_over(self) -> None:
        for lease in (self.ticker.lease, self.deliverer.lease):
            lease.retire()
        with self._engine.begin() as connection:
            release(connection, {self._holder})
