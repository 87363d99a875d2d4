"""What the end of a delivery means: for its row, for the chat, for the message that stands there, for the operators."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerter.domain.model import Notice, Notification, Receiver
from alerter.domain.standing import for_receiver
from alerter.sinks.outcome import Dead, Migrated, Outcome, Retry, Sent, Unauthorized, Uncertain
from alerter.store.chats import set_chat, set_live
from alerter.store.operators import tell_operators
from alerter.store.outbox import OPERATORS, Delivery, give_up_expired

log = logging.getLogger(__name__)
_AGAIN = timedelta(seconds=5)
_LONG = timedelta(minutes=10)
_DAY = timedelta(days=1)


class Endings:
    """Writes down what each delivery taught."""

    def __init__(self, receivers: Iterable[Receiver]) -> None:
        """Know who shares a chat: a forum with topics is one chat to Telegram, and so is its penalty."""
        self._receivers = {receiver.id: receiver for receiver in receivers}
        self._sharing: dict[str, list[str]] = defaultdict(list)
        for receiver in self._receivers.values():
            self._sharing[receiver.telegram].append(receiver.id)

    def columns(self, delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
        """Return the columns that say how a delivery ended. A request without an answer is repeated once, then given up."""
        match outcome:
            case Sent():
                return {"state": "sent", "message": outcome.message_id, "delivered_at": now, "why": outcome.note or None}
            case Retry():
                return {"state": "due", "next_attempt": now + _wait(delivery, outcome), "why": outcome.why}
            case Uncertain() if not delivery.uncertain:
                return {"state": "due", "uncertain": 1, "next_attempt": now + _AGAIN, "why": outcome.why}
            case Uncertain():
                return {"state": "dead", "why": f"uncertain twice: {outcome.why}"}
            case Dead():
                # what a chat refuses waits until it is mended, like all that is owed to it later
                return {"state": "due" if outcome.receiver_gone else "dead", "next_attempt": now, "why": outcome.why}
            case Migrated() | Unauthorized():
                why = "token refused" if isinstance(outcome, Unauthorized) else "the chat has moved"
                return {"state": "due", "next_attempt": now, "why": why}

    def learn(self, connection: Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Remember what the outcome says of the chat and of the message that stands in it."""
        match outcome:
            case Sent():
                self._stands(connection, delivery, outcome)
                if outcome.note == "thread gone":
                    self._say(connection, "thread_gone", delivery, "", now, once_per=_DAY)
            case Retry():
                self._penalty(connection, delivery, outcome, now)
            case Uncertain():
                self._uncertain(connection, delivery, outcome, now)
            case Migrated():
                self._chat(connection, delivery, moved_to=outcome.chat)
            case Dead() if outcome.receiver_gone:
                self._chat(connection, delivery, disabled=True, why=outcome.why)
                self._say(connection, "receiver_disabled", delivery, outcome.why, now, once_per=_DAY)
            case Dead():
                self._say(connection, "undelivered", delivery, outcome.why, now, once_per=timedelta(hours=1))
            case Unauthorized():
                pass  # the daemon stops: nobody can be told by this way any more

    def _stands(self, connection: Connection, delivery: Delivery, outcome: Sent) -> None:
        told, receiver = delivery.notification, self._receivers.get(delivery.receiver)
        mine = for_receiver(told, receiver) if isinstance(told, Notification) and receiver else None
        if mine is None or receiver is None:
            return
        set_live(connection, receiver.id, mine.rule, outcome.message_id if mine.holds else None)
        for weaker in mine.replaces:
            if not weaker.left:
                set_live(connection, receiver.id, weaker.rule, None)

    def _penalty(self, connection: Connection, delivery: Delivery, outcome: Retry, now: datetime) -> None:
        after = _wait(delivery, outcome)
        self._chat(connection, delivery, blocked_until=now + after, blocked_at=now)
        if after >= _LONG and outcome.penalty:
            until = f"{now + after:%Y-%m-%d %H:%M} UTC"
            self._say(connection, "penalty", delivery, until, now, once_per=timedelta(hours=1))

    def _uncertain(self, connection: Connection, delivery: Delivery, outcome: Uncertain, now: datetime) -> None:
        if delivery.uncertain:
            why = f"no answer came to it twice ({outcome.why}); it may have arrived"
            self._say(connection, "undelivered", delivery, why, now, once_per=timedelta(hours=1))
            return
        # nothing overtakes it meanwhile: an edit must not come before what it edits
        self._chat(connection, delivery, blocked_until=now + _AGAIN, blocked_at=now)
        log.warning("delivery %d to %s is uncertain (%s): sent once more", delivery.id, delivery.receiver, outcome.why)

    def _chat(self, connection: Connection, delivery: Delivery, **changes: Any) -> None:
        receiver = self._receivers.get(delivery.receiver)
        if receiver is None:
            return
        for name in self._sharing[receiver.telegram]:
            set_chat(connection, name, address=receiver.telegram, **changes)

    def _say(
        self,
        connection: Connection,
        topic: str,
        delivery: Delivery,
        why: str,
        now: datetime,
        once_per: timedelta | None = None,
    ) -> None:
        if isinstance(delivery.notification, Notice):  # about the operators' own chat only the log can tell
            log.error("%s: notice to %s: %s", topic, delivery.receiver, why)
            if topic != "receiver_disabled":
                return
        values: dict[str, str | int | float | list[str]] = {"receiver": delivery.receiver, "why": why, "count": 1}
        tell_operators(connection, Notice(topic, values, f"{topic}:{delivery.receiver}"), now, once_per=once_per)


def give_up_what_is_too_old(connection: Connection, now: datetime) -> None:
    """Give up what no longer helps, and tell the operators for whom and how many messages that were."""
    for receiver, count in give_up_expired(connection, now):
        if receiver != OPERATORS:
            values = {"receiver": receiver, "why": "too old to help"}
            tell_operators(connection, Notice("undelivered", {**values, "count": count}, f"undelivered:{receiver}"), now)


def _wait(delivery: Delivery, outcome: Retry) -> timedelta:
    """Telegram's own wait to the second, and one more for the clocks; other waits double with each attempt."""
    if outcome.penalty:
        return outcome.after + timedelta(seconds=1)
    doubled: timedelta = outcome.after * 2 ** min(delivery.attempts, 10)
    return min(doubled, outcome.most)
