"""A Bot API for demonstrations: takes what Telegram takes, refuses what Telegram refuses, and hands messages on."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from threading import Lock
from typing import Any

LONGEST = 4096
"""UTF-16 units of text after parsing (Bot API, sendMessage)."""

_TAGS = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler", "tg-time")
)
_BARE = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)|<(?!/?[a-z-]+(?: [^<>]*)?>)")


@dataclass(frozen=True, slots=True)
class Told:
    """What a chat now shows under a message's number; `before` is the text that was edited."""

    chat: str
    message: int
    html: str
    silent: bool
    reply_to: int | None = None
    before: str | None = None


class BotApi:
    """Answers sendMessage, editMessageText, getMe and getChat; `told` is called with every message that a chat shows."""

    def __init__(self, token: str, told: Callable[[Told], None]) -> None:
        self._token, self._told = token, told
        self._numbers = itertools.count(1)
        self._shown: dict[tuple[str, int], str] = {}
        self._lock = Lock()

    def answer(self, path: str, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and body for a call; `path` is `/bot<token>/<method>`. Many may come at once."""
        with self._lock:
            return self._answer(path, form)

    def _answer(self, path: str, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != self._token:
            return _refusal(401, "Unauthorized")
        if method == "getMe":
            return _result({"id": 1, "is_bot": True, "first_name": "demo", "username": "demo_bot"})
        chat = str(form.get("chat_id", ""))
        if method == "getChat":
            return _result(_chat(chat) | {"accent_color_id": 0, "max_reaction_count": 0})
        text = str(form.get("text", ""))
        wrong = mistake(text)
        if wrong:
            return _refusal(400, f"Bad Request: {wrong}")
        return self._edit(chat, text, form) if method == "editMessageText" else self._send(chat, text, form)

    def _send(self, chat: str, text: str, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        number = next(self._numbers)
        self._shown[chat, number] = text
        reply = re.search(r'"message_id": ?(\d+)', str(form.get("reply_parameters", "")))
        silent = str(form.get("disable_notification", "")).lower() == "true"
        self._told(Told(chat, number, text, silent, int(reply[1]) if reply else None))
        return _result({"message_id": number, "date": 0, "chat": _chat(chat), "text": text})

    def _edit(self, chat: str, text: str, form: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        number = int(form.get("message_id", 0))
        before = self._shown.get((chat, number))
        if before is None:
            return _refusal(400, "Bad Request: message to edit not found")
        if before == text:
            return _refusal(400, "Bad Request: message is not modified")
        self._shown[chat, number] = text
        self._told(Told(chat, number, text, silent=True, before=before))
        return _result({"message_id": number, "date": 0, "chat": _chat(chat), "text": text})


def mistake(html: str) -> str:
    """Return why Telegram would refuse a message in its HTML, or nothing."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    if parser.wrong or parser.open or _BARE.search(html):
        return f"can't parse entities: {parser.wrong or parser.open or 'unescaped character'}"
    text = "".join(parser.text)
    if not text.strip():
        return "message text is empty"
    return "message is too long" if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST else ""


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's signature)
        if tag not in _TAGS:
            self.wrong = f'unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = f'unmatched end tag "{tag}"'

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _chat(chat: str) -> dict[str, Any]:
    return {"id": int(chat) if chat.lstrip("-").isdigit() else 1, "type": "channel" if chat.startswith("-") else "private"}


def _result(result: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"ok": True, "result": result}


def _refusal(status: int, why: str) -> tuple[int, dict[str, Any]]:
    return status, {"ok": False, "error_code": status, "description": why}
