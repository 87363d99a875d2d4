"""Deliver: empty the outbox, most urgent first, many messages under way at once, one at a time in each chat."""

import logging
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alerter.clock import Clock
from alerter.domain.messages import Messages
from alerter.domain.model import Receiver
from alerter.pipeline.compose import Composer
from alerter.pipeline.endings import Endings, give_up_what_is_too_old
from alerter.pipeline.pace import BURST, Pace
from alerter.sinks.outcome import Message, Outcome, Retry, Unauthorized, Uncertain
from alerter.store.chats import forget_chats
from alerter.store.leases import Lease
from alerter.store.outbox import (
    OPERATORS,
    Delivery,
    Due,
    begin,
    due,
    fetch,
    hand_to,
    mark,
    newest_edit,
    settle,
)

log = logging.getLogger(__name__)
_MOST = 200
_BEAT, _LEAST = 0.05, 0.002
_SWEEP = timedelta(seconds=10)


class TokenRefusedError(Exception):
    """Telegram does not know the token any more; nothing can be sent until the operator gives another."""


class Sink(Protocol):
    """Whatever brings messages to people."""

    def submit(self, message: Message) -> Future[Outcome]:
        """Start to send or edit one message; many may be under way at once."""
        ...


@dataclass(slots=True)
class _Flight:
    delivery: Delivery
    chat: str
    epoch: int
    began: float = 0.0
    ended: float = 0.0


class Deliverer:
    """Works off the outbox for the receivers of the configuration; threads that call it take turns."""

    def __init__(
        self,
        receivers: tuple[Receiver, ...],
        engine: Engine,
        clock: Clock,
        messages: Messages,
        sinks: Mapping[str, Sink],
        holder: str,
        pace: Pace | None = None,
    ) -> None:
        """`sinks` has `telegram` (perhaps) and `console`; without `telegram` everything goes to the console."""
        self._engine, self._clock, self._sinks, self.pace = engine, clock, sinks, pace or Pace()
        self.lease = Lease("deliver", holder)
        self._flying: dict[Future[Outcome], _Flight] = {}
        self._swept: datetime | None = None
        self._left = 0
        self._one, self._idle = Lock(), Event()
        self._composer = Composer(messages)
        self.adopt(receivers, messages)

    @property
    def exercise(self) -> bool:
        """Whether every message is marked as an exercise."""
        return self._composer.exercise

    @exercise.setter
    def exercise(self, value: bool) -> None:
        self._composer.exercise = value

    def adopt(self, receivers: tuple[Receiver, ...], messages: Messages) -> None:
        """Tell these receivers in these words from now on; what is under way ends as it began."""
        with self._one:
            with self._engine.begin() as connection:
                forget_chats(connection, {receiver.id: receiver.telegram for receiver in receivers})
            self._receivers = {receiver.id: receiver for receiver in receivers}
            self._endings = Endings(receivers)
            self._composer.word_with(messages)

    def run(self) -> int:
        """Do one round of work; return how many deliveries ended, are under way or wait for their turn: 0 when all is done.

        Raises:
            TokenRefusedError: when Telegram refuses the token.
        """
        with self._one:
            ended = self._harvest()
            left = self._start()
            if left or self._flying:
                self._rest()
                ended += self._harvest()
            return ended + left + len(self._flying)

    def finish(self, seconds: float) -> None:
        """Start nothing more; wait up to `seconds` for the answers to what is under way, and write them down."""
        with self._one:
            wait(self._flying, timeout=seconds)
            self._harvest()

    def _rest(self) -> None:
        """Wait a moment for an answer or for a turn."""
        moment = min(_BEAT, max(_LEAST, self.pace.delay()))
        if self._flying:
            wait(self._flying, timeout=moment, return_when=FIRST_COMPLETED)
        else:
            self._idle.wait(moment)

    def _start(self) -> int:
        """Send what may go out now; return how many wait for their turn."""
        if self._left and self.pace.delay() > 0:
            return self._left
        now = self._clock.now()
        starts: list[tuple[_Flight, Message]] = []
        try:
            with self.lease.hold(self._engine) as connection:
                waiting = self._pick(connection, now, starts) if connection is not None else 0
        except DBAPIError:
            for flight, _ in starts:  # nothing was written, so nothing goes out
                self.pace.drop(flight.chat)
            raise
        for flight, message in starts:
            self._submit(flight, message)
        self._left = waiting - len(starts)
        return self._left

    def _pick(self, connection: Connection, now: datetime, starts: list[tuple[_Flight, Message]]) -> int:
        """Add to `starts` what may go out now, marked as such; return how many might have."""
        epoch = self.lease.epoch or 0
        self._sweep(connection, now)
        waiting = self._due(connection, now, epoch)
        for row in waiting:
            if len(starts) >= BURST or self.pace.delay() > 0:
                break
            start = self._take(connection, row, now, epoch)
            if start:
                starts.append(start)
                self.pace.start(start[0].chat)
        return len(waiting)

    def _submit(self, flight: _Flight, message: Message) -> None:
        flight.began = self.pace.clock()
        held = self.lease.held()
        future = self._sink(flight.delivery.receiver).submit(message) if held else _unsent()
        self._flying[future] = flight
        future.add_done_callback(lambda _: setattr(flight, "ended", self.pace.clock()))

    def _due(self, connection: Connection, now: datetime, epoch: int) -> list[Due]:
        found = due(connection, now, _MOST, epoch)
        if any(row.receiver == OPERATORS for row in found):
            for row in found:
                if row.receiver == OPERATORS:
                    self._hand_to_operators(connection, row, now)
            found = due(connection, now, _MOST, epoch)
        busy = {flight.delivery.receiver for flight in self._flying.values()}
        return [row for row in found if row.receiver not in busy and row.receiver != OPERATORS]

    def _hand_to_operators(self, connection: Connection, row: Due, now: datetime) -> None:
        delivery = fetch(connection, row.id)
        if delivery is None:
            return
        known = [receiver.id for receiver in self._receivers.values() if receiver.role == "operators"]
        hand_to(connection, delivery.number, known, delivery.priority, now, delivery.expires)
        why = "handed to the operators" if known else "no receiver has role: operators"
        mark(connection, delivery.id, state="sent" if known else "dead", why=why)

    def _take(self, connection: Connection, row: Due, now: datetime, epoch: int) -> tuple[_Flight, Message] | None:
        """Write that a delivery goes out now, so that a crash leaves no other in doubt; None when it cannot or need not."""
        receiver = self._receivers.get(row.receiver)
        if receiver is None:
            mark(connection, row.id, state="dead", why="receiver removed")
            return None
        chat = row.moved_to or receiver.telegram
        if not self.pace.allows(chat):
            return None
        delivery = fetch(connection, newest_edit(connection, row))
        message = self._composer.compose(connection, delivery, receiver, chat, now) if delivery else None
        if delivery is None or message is None:
            return None
        if delivery.state == "sending":
            log.warning("delivery %d may be a repeat: whoever sent it stopped before the answer", delivery.id)
        begin(connection, delivery, epoch, now)
        return _Flight(delivery, chat, epoch), message

    def _sink(self, receiver: str) -> Sink:
        console = self._sinks["console"]
        return console if self._receivers[receiver].telegram == "console" else self._sinks.get("telegram", console)

    def _harvest(self) -> int:
        done = [future for future in self._flying if future.done()]
        if not done:
            return 0
        ended = [(self._flying[future], _outcome(future)) for future in done]
        now = self._clock.now()
        # an answer that cannot be written down now is kept in hand until it can
        with self._engine.begin() as connection:
            for flight, outcome in ended:
                self._settle(connection, flight, outcome, now)
        for future in done:
            flight = self._flying.pop(future)
            self.pace.end(flight.chat, flight.began, flight.ended or self.pace.clock())
        if any(isinstance(outcome, Unauthorized) for _, outcome in ended):
            raise TokenRefusedError("Telegram refuses the token: give a valid one in ALERTER_TELEGRAM_TOKEN_FILE")
        return len(done)

    def _settle(self, connection: Connection, flight: _Flight, outcome: Outcome, now: datetime) -> None:
        """Write how a delivery ended; nothing when another process has taken it over meanwhile."""
        delivery = flight.delivery
        if settle(connection, delivery.id, flight.epoch, **self._endings.columns(delivery, outcome, now)):
            self._endings.learn(connection, delivery, outcome, now)
        else:
            log.warning("delivery %d was taken over by another process before its answer came", delivery.id)

    def _sweep(self, connection: Connection, now: datetime) -> None:
        """Now and then, give up what is too old to help."""
        if self._swept and timedelta(0) <= now - self._swept < _SWEEP:
            return
        self._swept = now
        give_up_what_is_too_old(connection, now)


def _unsent() -> Future[Outcome]:
    """Return the answer to what was marked as going out and did not: it is due again."""
    answer: Future[Outcome] = Future()
    answer.set_result(Retry(timedelta(0), "the lease ran out before it was sent"))
    return answer


def _outcome(future: Future[Outcome]) -> Outcome:
    error = future.exception()
    if error is None:
        return future.result()
    log.error("a message ended in an unexpected error", exc_info=error)
    return Uncertain(f"unexpected {type(error).__name__}")
