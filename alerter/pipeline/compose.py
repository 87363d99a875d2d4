"""From what is owed to what is sent: the receiver's regions, language, live message, quiet hours and budget."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alerter.config.load import Configuration
from alerter.domain.budget import WEEK, held_back
from alerter.domain.messages import Messages
from alerter.domain.model import Notice, Notification, Receiver, Severity
from alerter.domain.standing import for_receiver
from alerter.sinks.outcome import Message
from alerter.store.chats import live_message
from alerter.store.operators import tell_operators
from alerter.store.outbox import Delivery, is_held, mark, merge_edits, sounded

log = logging.getLogger(__name__)
_MOST_KEPT = 200


def messages_of(config: Configuration) -> Messages:
    """Return the messages of a configuration: its templates, names, local time and rules."""
    return Messages(
        config.templates,
        config.region_names,
        config.zone,
        zone_names=config.regions.time_names,
        rules=config.rules,
        offsets=config.offsets,
    )


class Composer:
    """Words deliveries; one text for all who share language and regions."""

    def __init__(self, messages: Messages) -> None:
        self.exercise = False
        self.word_with(messages)

    def word_with(self, messages: Messages) -> None:
        """Take the words of `messages` from now on."""
        self._messages = messages
        self._texts: dict[tuple[int, str, tuple[str, ...], tuple[str, ...]], str] = {}

    def compose(self, connection: Connection, delivery: Delivery, receiver: Receiver, chat: str, now: datetime) -> Message | None:
        """Return what to send to `chat` for a delivery; None, and the row marked so, when nothing is to be sent.

        One message that cannot be worded must not hold up the others: it is given up, and said aloud.
        """
        try:
            return self._worded(connection, delivery, receiver, chat, now)
        except DBAPIError:
            raise  # no fault of the message's
        except Exception as error:
            log.exception("delivery %d to %s cannot be worded and is given up", delivery.id, receiver.id)
            mark(connection, delivery.id, state="dead", why="cannot be worded")
            notice = Notice("undelivered", {"receiver": receiver.id, "why": f"it cannot be worded: {error}", "count": 1})
            if not isinstance(delivery.notification, Notice):
                tell_operators(connection, notice, now, once_per=timedelta(hours=1))
            return None

    def _worded(self, connection: Connection, delivery: Delivery, receiver: Receiver, chat: str, now: datetime) -> Message | None:
        told = delivery.notification
        if isinstance(told, Notice):
            html = self._messages.notice(told, receiver.language)
            return Message(chat, html, receiver.thread, silent=told.topic == "digest")
        mine = for_receiver(told, receiver)
        live = live_message(connection, receiver.id, told.rule)
        if mine is None:
            mark(connection, delivery.id, state="sent", why="nothing of it concerns this receiver")
            return None
        if self._held(connection, delivery, mine, receiver, live):
            return None
        merge_edits(connection, delivery)
        return self._message(connection, delivery, mine, receiver, (chat, live), now)

    def _message(
        self,
        connection: Connection,
        delivery: Delivery,
        mine: Notification,
        receiver: Receiver,
        where: tuple[str, int | None],
        now: datetime,
    ) -> Message:
        chat, live = where
        edit = None if mine.loud else live
        weaker = (live_message(connection, receiver.id, each.rule) for each in mine.replaces)
        reply = live or next((message for message in weaker if message), None)
        html = self._text(delivery.number, mine, receiver.language)
        # an edit makes no sound; where no message stands that could be edited, a new one is news
        silent = edit is not None or self._sleeps(receiver, mine.severity, now)
        return Message(chat, html, receiver.thread, silent, None if edit else reply, edit)

    def _text(self, number: int, mine: Notification, language: str) -> str:
        key = (number, language, mine.regions, tuple(fact.region for fact in mine.standing))
        if key not in self._texts:
            if len(self._texts) >= _MOST_KEPT:
                self._texts.clear()
            self._texts[key] = self._messages.render(mine, language, exercise=self.exercise)
        return self._texts[key]

    def _held(self, connection: Connection, delivery: Delivery, mine: Notification, receiver: Receiver, live: int | None) -> bool:
        """Hold back for the digest what the receiver's budget does not bear, and what follows on something held back."""
        if receiver.budget is None:
            return False
        heard = live is not None or not is_held(connection, receiver.id, mine.rule)
        over = held_back(receiver, mine, sounded(connection, receiver.id, mine.at - WEEK), heard=heard)
        if over is None:
            return False
        mark(connection, delivery.id, state="held", why=f"{over.sounded} of {over.budget} messages a week are used up")
        return True

    def _sleeps(self, receiver: Receiver, severity: Severity, now: datetime) -> bool:
        """Tell whether it is the receiver's quiet hours; what is extreme sounds at any hour."""
        if receiver.quiet_hours is None or severity is Severity.EXTREME:
            return False
        start, end = receiver.quiet_hours
        hour = self._messages.local_hour(now)
        return start <= hour < end if start <= end else hour >= start or hour < end
