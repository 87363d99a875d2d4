"""Asks the Bot API who the bot is and whether it may write to each chat; sends nothing."""

import asyncio
from collections.abc import Callable, Iterable

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from alerter.sinks.telegram import quiet_libraries, redact

Answer = tuple[str, bool, str]
"""Who was asked for, whether all is well, and what was answered."""


def inspect(token: str, api_base: str, chats: Iterable[str], told: Callable[[Answer], None]) -> None:
    """Call `told` with what the Bot API answers about the bot, and then about each of `chats`."""
    quiet_libraries()
    asyncio.run(_inspect(token, api_base, chats, told))


async def _inspect(token: str, api_base: str, chats: Iterable[str], told: Callable[[Answer], None]) -> None:
    request = HTTPXRequest(connect_timeout=5, read_timeout=10, httpx_kwargs={"trust_env": False})
    bot = Bot(token, base_url=f"{api_base}/bot", request=request)
    try:
        me = await bot.get_me()
    except InvalidToken:
        told(("the bot", False, "Telegram does not know the token: ask @BotFather for it with /token"))
        return
    except TelegramError as error:
        told(("the bot", False, f"{api_base} does not answer: {redact(error.message)}"))
        return
    told(("the bot", True, f"@{me.username}"))
    for chat in chats:
        told((f"chat {chat}", *await _chat(bot, chat)))
    await request.shutdown()


async def _chat(bot: Bot, chat: str) -> tuple[bool, str]:
    try:
        found = await bot.get_chat(chat)
    except (BadRequest, Forbidden) as error:
        return False, f"{redact(error.message)}: make the bot a member (of a channel: an administrator), and check the number"
    except TelegramError as error:
        return False, f"no answer: {redact(error.message)}"
    return True, f"{found.type} {found.title or found.username or found.full_name or ''}".strip()
