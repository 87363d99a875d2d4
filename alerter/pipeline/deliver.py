"""Deliver: empty the outbox, most urgent first, within what each chat bears."""

import logging
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, Engine

from alerter.clock import Clock
from alerter.domain.messages import Messages
from alerter.domain.model import AlertState, Kind, Notification, Receiver
from alerter.sinks.outcome import Dead, Message, Migrated, Outcome, Retry, Sent, Unauthorized, Uncertain
from alerter.store.outbox import (
    Delivery,
    chat_state,
    due,
    live_message,
    load_alerts,
    mark,
    set_chat,
    set_live,
)
from alerter.store.schedule import take_lease

log = logging.getLogger(__name__)
_BATCH = 10
_LEASE = timedelta(seconds=10)
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class TokenRefusedError(Exception):
    """Telegram does not know the token any more; nothing can be sent until the operator gives another."""


class Sink(Protocol):
    """Whatever brings messages to people."""

    def send(self, message: Message) -> Outcome:
        """Send or edit one message."""
        ...


@dataclass
class Budget:
    """Bot API's documented limits: one message a second a chat, 20 a minute a group, 30 a second in all."""

    per_group: int = 20
    overall: int = 30
    _all: deque[datetime] = field(default_factory=deque)
    _chats: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def allows(self, chat: str, now: datetime) -> bool:
        """Tell whether a call into `chat` may be made now, and count it if so."""
        mine = self._chats[chat]
        _forget(self._all, now - _SECOND)
        _forget(mine, now - _MINUTE)
        crowded = len(mine) >= self.per_group or (mine and now - mine[-1] < _SECOND)
        if crowded or len(self._all) >= self.overall:
            return False
        mine.append(now)
        self._all.append(now)
        return True


class Deliverer:
    """Works off the outbox for the receivers of the configuration."""

    def __init__(
        self,
        receivers: tuple[Receiver, ...],
        engine: Engine,
        clock: Clock,
        messages: Messages,
        sinks: Mapping[str, Sink],
        holder: str,
    ) -> None:
        """`sinks` has `telegram` (perhaps) and `console`; without `telegram` everything goes to the console."""
        self._receivers = {receiver.id: receiver for receiver in receivers}
        self._engine, self._clock, self._messages, self._sinks, self._holder = engine, clock, messages, sinks, holder
        self._budget = Budget()
        self.exercise = False
        self._refused = False

    def run(self) -> int:
        """Send what is due and allowed now; return how many deliveries were tried.

        Raises:
            TokenRefusedError: when Telegram refuses the token.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            if not take_lease(connection, "deliver", self._holder, now, _LEASE):
                return 0
            picked = [(d, self._compose(connection, d)) for d in due(connection, now, 500) if self._may(connection, d, now)][
                :_BATCH
            ]
        for delivery, message in picked:
            if not self._begin(delivery):
                break
            receiver = self._receivers[delivery.receiver]
            outcome = Sent(0) if message is None else self._sink(receiver).send(message)
            with self._engine.begin() as connection:
                self._settle(connection, delivery, outcome)
            if self._refused:
                raise TokenRefusedError("Telegram refuses the token: give a valid one in ALERTER_TELEGRAM_TOKEN_FILE")
        return len(picked)

    def _begin(self, delivery: Delivery) -> bool:
        """Mark the one that goes out now, so that a crash leaves no other in doubt; False once the lease is lost."""
        with self._engine.begin() as connection:
            if not take_lease(connection, "deliver", self._holder, self._clock.now(), _LEASE):
                return False
            mark(connection, delivery.id, state="sending", attempts=delivery.attempts + 1)
        return True

    def _sink(self, receiver: Receiver) -> Sink:
        return self._sinks["console"] if receiver.telegram == "console" else self._sinks.get("telegram", self._sinks["console"])

    def _may(self, connection: Connection, delivery: Delivery, now: datetime) -> bool:
        receiver = self._receivers.get(delivery.receiver)
        if receiver is None or delivery.expires <= now:
            mark(connection, delivery.id, state="dead", why="receiver removed" if receiver is None else "too old to help")
            return False
        if delivery.state == "sending" and delivery.uncertain:
            mark(connection, delivery.id, state="dead", why="uncertain twice")
            return False
        if delivery.state == "sending":
            log.warning("delivery %d may be a repeat: its answer never came", delivery.id)
            mark(connection, delivery.id, uncertain=1)
        return receiver.telegram == "console" or self._budget.allows(receiver.telegram, now)

    def _compose(self, connection: Connection, delivery: Delivery) -> Message | None:
        receiver = self._receivers[delivery.receiver]
        notification = self._current(connection, delivery.notification)
        covered = receiver.regions & set(notification.regions) if receiver.regions else set(notification.regions)
        standing = live_message(connection, receiver.id, notification.rule)
        if not covered:
            return None
        html = self._messages.render(notification, receiver.language, regions=covered, exercise=self.exercise)
        chat = chat_state(connection, receiver.id).moved_to or receiver.telegram
        edit = standing if not notification.loud else None
        quiet = not notification.loud or self._sleeps(receiver, notification)
        return Message(chat=chat, html=html, thread=receiver.thread, silent=quiet, reply_to=None if edit else standing, edit=edit)

    def _current(self, connection: Connection, notification: Notification) -> Notification:
        """An edit replaces the whole live message, so it must speak of every region that the rule holds in."""
        if notification.kind is not Kind.UPDATE:
            return notification
        held = {
            region: alert.facts
            for (rule, region), alert in load_alerts(connection).items()
            if rule == notification.rule and alert.state is AlertState.FIRING and alert.facts
        }
        facts = held | {fact.region: fact for fact in notification.facts}
        names = tuple(sorted(facts))
        return replace(notification, regions=names, facts=tuple(facts[name] for name in names))

    def _sleeps(self, receiver: Receiver, notification: Notification) -> bool:
        if receiver.quiet_hours is None or notification.severity.label == "extreme":
            return False
        start, end = receiver.quiet_hours
        hour = self._messages.local_hour(self._clock.now())
        return start <= hour < end if start <= end else hour >= start or hour < end

    def _settle(self, connection: Connection, delivery: Delivery, outcome: Outcome) -> None:
        now, rule = self._clock.now(), delivery.notification.rule
        match outcome:
            case Sent():
                mark(connection, delivery.id, state="sent", message=outcome.message_id, delivered_at=now)
                if outcome.message_id:
                    over = delivery.notification.kind in {Kind.CANCEL, Kind.EXPIRE}
                    set_live(connection, delivery.receiver, rule, None if over else outcome.message_id)
            case Retry():
                self._later(connection, delivery, now + outcome.after, outcome.why)
                set_chat(connection, delivery.receiver, blocked_until=now + outcome.after)
            case Migrated():
                set_chat(connection, delivery.receiver, moved_to=outcome.chat)
                self._later(connection, delivery, now, "the chat has moved")
            case Uncertain() if not delivery.uncertain:
                log.warning("delivery %d is uncertain (%s): sent once more", delivery.id, outcome.why)
                mark(connection, delivery.id, state="due", uncertain=1, next_attempt=now + timedelta(seconds=5), why=outcome.why)
            case Uncertain():
                mark(connection, delivery.id, state="dead", why=f"uncertain twice: {outcome.why}")
            case Dead():
                mark(connection, delivery.id, state="dead", why=outcome.why)
                if outcome.receiver_gone:
                    self._disable(connection, delivery, outcome.why)
            case Unauthorized():
                self._later(connection, delivery, now, "token refused")
                self._refused = True

    def _later(self, connection: Connection, delivery: Delivery, when: datetime, why: str) -> None:
        mark(connection, delivery.id, state="due", next_attempt=when, why=why)

    def _disable(self, connection: Connection, delivery: Delivery, why: str) -> None:
        set_chat(connection, delivery.receiver, disabled=True, why=why)
        log.error("receiver %s is disabled: %s", delivery.receiver, why)


def _forget(times: deque[datetime], before: datetime) -> None:
    while times and times[0] <= before:
        times.popleft()
