"""Deliver: empty the outbox, most urgent first, within what each chat bears."""

import logging
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from alerter.clock import Clock
from alerter.domain.messages import Messages
from alerter.domain.model import AlertState, Kind, Notice, Notification, Receiver
from alerter.sinks.outcome import Dead, Message, Migrated, Outcome, Retry, Sent, Unauthorized, Uncertain
from alerter.store.leases import Lease
from alerter.store.operators import tell_operators
from alerter.store.outbox import (
    OPERATORS,
    Delivery,
    begin,
    chat_state,
    due,
    hand_to,
    live_message,
    load_alerts,
    mark,
    set_chat,
    set_live,
    settle,
)

log = logging.getLogger(__name__)
_BATCH = 10
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
        self._engine, self._clock, self._messages, self._sinks = engine, clock, messages, sinks
        self.lease = Lease("deliver", holder)
        self._budget = Budget()
        self.exercise = False
        self._refused = False

    def run(self) -> int:
        """Send what is due and allowed now; return how many deliveries were tried.

        Raises:
            TokenRefusedError: when Telegram refuses the token.
        """
        now = self._clock.now()
        with self.lease.hold(self._engine) as connection:
            if connection is None or self.lease.epoch is None:
                return 0
            waiting = due(connection, now, 500, self.lease.epoch)
            if [d for d in waiting if self._for_operators(connection, d)]:
                waiting = due(connection, now, 500, self.lease.epoch)
            picked = [(d, self._compose(connection, d)) for d in waiting if self._may(connection, d, now)][:_BATCH]
        for delivery, message in picked:
            epoch = self._begin(delivery)
            if epoch is None or not self.lease.held():
                break
            receiver = self._receivers[delivery.receiver]
            outcome = Sent(0) if message is None else self._sink(receiver).send(message)
            with self._engine.begin() as connection:
                self._settle(connection, delivery, outcome, epoch)
            if self._refused:
                raise TokenRefusedError("Telegram refuses the token: give a valid one in ALERTER_TELEGRAM_TOKEN_FILE")
        return len(picked)

    def _for_operators(self, connection: Connection, delivery: Delivery) -> bool:
        """Hand what is owed to the operators to each of them."""
        if delivery.receiver != OPERATORS:
            return False
        known = [receiver.id for receiver in self._receivers.values() if receiver.role == "operators"]
        hand_to(connection, delivery.number, known, delivery.priority, self._clock.now(), delivery.expires)
        why = "handed to the operators" if known else "no receiver has role: operators"
        mark(connection, delivery.id, state="sent" if known else "dead", why=why)
        return True

    def _begin(self, delivery: Delivery) -> int | None:
        """Mark the one that goes out now, so that a crash leaves no other in doubt; None once the lease is lost."""
        with self.lease.hold(self._engine) as connection:
            if connection is not None and self.lease.epoch is not None:
                begin(connection, delivery, self.lease.epoch, self._clock.now())
                if delivery.state == "sending":
                    log.warning("delivery %d may be a repeat: whoever sent it stopped before the answer", delivery.id)
            return self.lease.epoch

    def _sink(self, receiver: Receiver) -> Sink:
        return self._sinks["console"] if receiver.telegram == "console" else self._sinks.get("telegram", self._sinks["console"])

    def _may(self, connection: Connection, delivery: Delivery, now: datetime) -> bool:
        receiver = self._receivers.get(delivery.receiver)
        if receiver is None or delivery.expires <= now:
            mark(connection, delivery.id, state="dead", why="receiver removed" if receiver is None else "too old to help")
            return False
        return receiver.telegram == "console" or self._budget.allows(receiver.telegram, now)

    def _compose(self, connection: Connection, delivery: Delivery) -> Message | None:
        receiver = self._receivers[delivery.receiver]
        chat = chat_state(connection, receiver.id).moved_to or receiver.telegram
        if isinstance(delivery.notification, Notice):
            html = self._messages.notice(delivery.notification, receiver.language)
            return Message(chat=chat, html=html, thread=receiver.thread)
        notification = self._current(connection, delivery.notification)
        covered = receiver.regions & set(notification.regions) if receiver.regions else set(notification.regions)
        standing = live_message(connection, receiver.id, notification.rule)
        if not covered:
            return None
        html = self._messages.render(notification, receiver.language, regions=covered, exercise=self.exercise)
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

    def _settle(self, connection: Connection, delivery: Delivery, outcome: Outcome, epoch: int) -> None:
        """Write how a delivery ended; nothing when another process has taken it over meanwhile."""
        now = self._clock.now()
        if not settle(connection, delivery.id, epoch, **_ending(delivery, outcome, now)):
            log.warning("delivery %d was taken over by another process before its answer came", delivery.id)
            return
        self._learn(connection, delivery, outcome, now)

    def _learn(self, connection: Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Remember what the outcome says of the chat and of the message that stands in it."""
        match outcome:
            case Sent() if outcome.message_id and isinstance(told := delivery.notification, Notification):
                over = told.kind in {Kind.CANCEL, Kind.EXPIRE}
                set_live(connection, delivery.receiver, told.rule, None if over else outcome.message_id)
            case Retry():
                set_chat(connection, delivery.receiver, blocked_until=now + outcome.after, blocked_at=now)
            case Migrated():
                set_chat(connection, delivery.receiver, moved_to=outcome.chat)
            case Uncertain():
                again = "given up" if delivery.uncertain else "sent once more"
                log.error("delivery %d to %s is uncertain (%s): %s", delivery.id, delivery.receiver, outcome.why, again)
            case Dead() if outcome.receiver_gone:
                self._disable(connection, delivery, outcome.why)
            case Unauthorized():
                self._refused = True

    def _disable(self, connection: Connection, delivery: Delivery, why: str) -> None:
        set_chat(connection, delivery.receiver, disabled=True, why=why)
        notice = Notice("receiver_disabled", {"receiver": delivery.receiver, "why": why}, f"receiver:{delivery.receiver}")
        tell_operators(connection, notice, self._clock.now())


def _ending(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return the columns that say how a delivery ended. A request without an answer is repeated once, then given up."""
    match outcome:
        case Sent():
            return {"state": "sent", "message": outcome.message_id, "delivered_at": now}
        case Retry():
            return {"state": "due", "next_attempt": now + outcome.after, "why": outcome.why}
        case Uncertain() if not delivery.uncertain:
            return {"state": "due", "uncertain": 1, "next_attempt": now + 5 * _SECOND, "why": outcome.why}
        case Uncertain():
            return {"state": "dead", "why": f"uncertain twice: {outcome.why}"}
        case Dead():
            return {"state": "dead", "why": outcome.why}
        case Migrated() | Unauthorized():
            why = "token refused" if isinstance(outcome, Unauthorized) else "the chat has moved"
            return {"state": "due", "next_attempt": now, "why": why}


def _forget(times: deque[datetime], before: datetime) -> None:
    while times and times[0] <= before:
        times.popleft()
