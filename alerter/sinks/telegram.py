"""Sends messages through the Telegram Bot API and says how each ended."""

import asyncio
import logging
import re
from collections.abc import Awaitable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import httpx
from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from alerter.domain.html import plain
from alerter.sinks.outcome import Dead, Message, Migrated, Outcome, Retry, Sent, Unauthorized, Uncertain

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
PLAIN_LIMIT = 3900
SOON = timedelta(seconds=5)
LATER = timedelta(seconds=30)
FAILING = timedelta(minutes=5)
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
GONE = (
    "chat not found",
    "user is deactivated",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "peer_id_invalid",
)
THREAD_GONE = ("thread not found", "topic_closed", "topic_deleted")
EDIT_GONE = ("message to edit not found", "can't be edited", "message_id_invalid")


def redact(text: str) -> str:
    """Return `text` with bot tokens hidden."""
    return TOKEN.sub("<token>", text)


class RedactingFilter(logging.Filter):
    """Hides bot tokens in what is logged; put it on each handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and keep it."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact(record.exc_text or logging.Formatter().formatException(record.exc_info))
        return True


def quiet_libraries() -> None:
    """Keep libraries from logging addresses, which contain the token."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


class TelegramSink:
    """One bot, with an event loop of its own in a thread. It never retries a request that may have arrived."""

    def __init__(self, token: str, api_base: str = "https://api.telegram.org", patience: float = 10) -> None:
        """`patience` is how many seconds an answer is waited for before a request counts as uncertain."""
        quiet_libraries()
        request = HTTPXRequest(
            connection_pool_size=32,
            connect_timeout=5,
            read_timeout=patience,
            write_timeout=patience,
            pool_timeout=5,
            httpx_kwargs={"trust_env": False},
        )
        self._bot = Bot(token, base_url=f"{api_base}/bot", request=request)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> Outcome:
        """Send or edit, and wait for how it ended."""
        return self.submit(message).result()

    def submit(self, message: Message) -> Future[Outcome]:
        """Start sending; many may be under way at once."""
        return asyncio.run_coroutine_threadsafe(self._deliver(message), self._loop)

    def close(self) -> None:
        """Close the connections and end the thread."""
        asyncio.run_coroutine_threadsafe(self._bot._request[1].shutdown(), self._loop).result(10)  # noqa: SLF001
        asyncio.run_coroutine_threadsafe(self._bot._request[0].shutdown(), self._loop).result(10)  # noqa: SLF001
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _deliver(self, message: Message, *, html: bool = True, note: str = "") -> Outcome:
        try:
            return Sent(await self._call(message, html=html), note)
        except BadRequest as error:
            return await self._refused(error, message, html=html, note=note)
        except TelegramError as error:
            outcome = _outcome(error)
            if message.edit is not None and isinstance(outcome, Uncertain):
                return Retry(SOON, outcome.why)  # made twice, an edit is still one edit
            return outcome

    def _call(self, message: Message, *, html: bool) -> Awaitable[int]:
        return self._new(message, html=html) if message.edit is None else self._edit(message, message.edit, html=html)

    async def _new(self, message: Message, *, html: bool) -> int:
        reply = ReplyParameters(message.reply_to, allow_sending_without_reply=True) if message.reply_to else None
        sent = await self._bot.send_message(
            message.chat,
            message.html,
            parse_mode="HTML" if html else None,
            message_thread_id=message.thread,
            disable_notification=message.silent,
            reply_parameters=reply,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return sent.message_id

    async def _edit(self, message: Message, edit: int, *, html: bool) -> int:
        await self._bot.edit_message_text(
            message.html,
            message.chat,
            edit,
            parse_mode="HTML" if html else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return edit

    async def _refused(self, error: BadRequest, message: Message, *, html: bool, note: str) -> Outcome:
        why = error.message.lower()
        if message.edit is not None and "not modified" in why:
            return Sent(message.edit, note)
        if message.edit is not None and any(words in why for words in EDIT_GONE):
            return await self._deliver(replace(message, edit=None), html=html, note="sent as new")
        if message.thread is not None and any(words in why for words in THREAD_GONE):
            return await self._deliver(replace(message, thread=None), html=html, note="thread gone")
        if any(words in why for words in GONE):
            return Dead(redact(error.message), receiver_gone=True)
        if html:  # whatever it is that is not liked, the bare words may pass
            text = plain(message.html)
            bare = replace(message, html=_cut(text) if "too long" in why else text, reply_to=None)
            return await self._deliver(bare, html=False, note=note or "sent plain")
        return Dead(redact(error.message), receiver_gone=False)


def _cut(text: str) -> str:
    return text.encode("utf-16-le", "replace")[: 2 * PLAIN_LIMIT].decode("utf-16-le", "ignore")


def _outcome(error: TelegramError) -> Outcome:
    why = redact(f"{type(error).__name__}: {error.message}")
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return Retry(after if isinstance(after, timedelta) else timedelta(seconds=after), why, penalty=True)
    if isinstance(error, ChatMigrated):
        return Migrated(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Dead(why, receiver_gone=True)
    if isinstance(error, InvalidToken):
        return Unauthorized()
    if isinstance(error, NetworkError):
        return _network(error, why)
    return Uncertain(why)


def _network(error: NetworkError, why: str) -> Outcome:
    if isinstance(error.__cause__, NOT_SENT):
        return Retry(SOON, why)
    if "429" in why or "too many requests" in why.lower():
        return Retry(LATER, why, penalty=True)
    if not isinstance(error.__cause__, httpx.HTTPError):
        # an answer came, and it says that the server failed: an alert must outlast an outage of Telegram
        return Retry(SOON, why, most=FAILING)
    return Uncertain(why)
