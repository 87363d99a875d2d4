"""How a message is put to a sink, and how sending it can end."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Message:
    """What to send where; `edit` is the id of a message to change instead of sending a new one."""

    chat: str
    html: str
    thread: int | None = None
    silent: bool = False
    reply_to: int | None = None
    edit: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived, as the message of this id."""

    message_id: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not arrive; try again after `after`. A `penalty` is Telegram's own wait, to the second; others grow to `most`."""

    after: timedelta
    why: str
    penalty: bool = False
    most: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Dead:
    """It can never arrive; `receiver_gone` when nothing else can reach that chat either."""

    why: str
    receiver_gone: bool


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It went out and no answer came: it may have arrived."""

    why: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The chat has a new id."""

    chat: str


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token is not accepted."""


Outcome = Sent | Retry | Dead | Uncertain | Migrated | Unauthorized
