"""Receivers' chats: what the deliveries so far taught about each, and which message stands in it for which rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from alerter.store.schema import chats, live


@dataclass(frozen=True, slots=True)
class ChatState:
    """What the deliveries so far taught about a receiver's chat."""

    blocked_until: datetime | None = None
    disabled: bool = False
    why: str | None = None


def chat_states(connection: Connection) -> dict[str, ChatState]:
    """Return what is known of the receivers' chats, by receiver; nothing of one in which nothing ever went wrong."""
    rows = connection.execute(select(chats))
    return {row.receiver: ChatState(row.blocked_until, bool(row.disabled), row.why) for row in rows}


def forget_chats(connection: Connection, addresses: Mapping[str, str]) -> None:
    """Forget who refused us, for a chat may have been mended: what it is owed is tried once more.

    Penalties and new numbers are forgotten of receivers whose address (by receiver) is not the one that taught them.
    """
    connection.execute(chats.update().values(disabled=False))
    for receiver, address in addresses.items():
        elsewhere = and_(chats.c.receiver == receiver, chats.c.address.is_not(None), chats.c.address != address)
        connection.execute(chats.delete().where(elsewhere))


def set_chat(connection: Connection, receiver: str, **changes: Any) -> None:
    """Remember something about a receiver's chat."""
    if connection.execute(chats.update().where(chats.c.receiver == receiver).values(**changes)).rowcount == 0:
        connection.execute(chats.insert().values(**({"receiver": receiver, "disabled": False} | changes)))


def live_message(connection: Connection, receiver: str, rule: str) -> int | None:
    """Return the message that stands for a rule in a receiver's chat."""
    same = and_(live.c.receiver == receiver, live.c.rule == rule)
    return connection.scalar(select(live.c.message).where(same))


def set_live(connection: Connection, receiver: str, rule: str, message: int | None) -> None:
    """Remember or forget the message that stands for a rule in a chat."""
    same = and_(live.c.receiver == receiver, live.c.rule == rule)
    connection.execute(live.delete().where(same))
    if message is not None:
        connection.execute(live.insert().values(receiver=receiver, rule=rule, message=message))
