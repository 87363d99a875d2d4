"""A loopback Bot API server that refuses what Telegram refuses, and breaks when asked to."""

import json
import re
import socket
import struct
import sys
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
BARE = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            self.wrong = f'Unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = f'Unmatched end tag "{tag}"'

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def check_html(html: str) -> tuple[str, str]:
    """Return the parsed text, and what is wrong with the entities ("" when nothing)."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    wrong = parser.wrong or (f"Can't find end tag of {parser.open[-1]}" if parser.open else "")
    if not wrong and "<" in re.sub(r"</?[a-z-]+(?: [^<>]*)?>", "", html):
        wrong = "Unescaped <"
    if not wrong and BARE.search(html):
        wrong = "Unescaped &"
    return "".join(parser.text), wrong


@dataclass
class Fault:
    """`reset` closes the connection; `accept` stores the message first; `delay` seconds pass before the answer."""

    status: int = 500
    body: Any = ""
    delay: float = 0
    accept: bool = False
    reset: bool = False


def refusal(status: int, description: str, **parameters: Any) -> Fault:
    return Fault(status, {"ok": False, "error_code": status, "description": description, "parameters": parameters})


class Server(ThreadingHTTPServer):
    """Serves clients that may be killed at any moment."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # of five, some of many that knock at once are turned away

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class BotApi:
    token: str = TOKEN
    chats: set[str] | None = None
    per_chat: float = 0
    group_minute: int = 0
    overall: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    calls: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self._windows: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if not path.startswith(f"/bot{self.token}/"):
            return self._no(401, "Unauthorized")
        method = path.rsplit("/", 1)[1].lower()
        with self._lock:
            return self._checked(method, form)

    def _no(self, status: int, why: str, **parameters: Any) -> tuple[int, Any]:
        return status, refusal(status, why, **parameters).body

    def _checked(self, method: str, form: dict[str, str]) -> tuple[int, Any]:
        chat, text = form.get("chat_id", ""), form.get("text", "")
        if self.chats is not None and chat not in self.chats:
            return self._no(400, "Bad Request: chat not found")
        wrong = ""
        if form.get("parse_mode") == "HTML":
            text, wrong = check_html(text)
        if wrong:
            return self._no(400, f"Bad Request: can't parse entities: {wrong}")
        if not text.strip():
            return self._no(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return self._no(400, "Bad Request: message is too long")
        if wait := self._wait(chat):
            return self._no(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        return self._edit(chat, form) if method == "editmessagetext" else self._send(chat, form)

    def _wait(self, chat: str) -> int:
        """Sliding windows over what was accepted and what was refused alike: calls within a penalty count, too."""
        now = time.monotonic()
        mine, everyone = self._windows[chat], self._windows[""]
        for window, span in ((mine, 60), (everyone, 1)):
            while window and window[0] <= now - span:
                window.popleft()
        wait = 0
        if self.per_chat and mine and now - mine[-1] < self.per_chat:
            wait = max(1, round(self.per_chat))
        elif self.group_minute and chat.startswith("-") and len(mine) >= self.group_minute:
            wait = max(1, round(60 - (now - mine[0])))
        elif self.overall and len(everyone) >= self.overall:
            wait = 1
        mine.append(now)
        everyone.append(now)
        self.refused += bool(wait)
        return wait

    def _send(self, chat: str, form: dict[str, str]) -> tuple[int, Any]:
        self.messages.append(form | {"message_id": len(self.messages) + 1, "time": time.monotonic(), "current": form["text"]})
        return 200, self._message(chat, len(self.messages))

    def _edit(self, chat: str, form: dict[str, str]) -> tuple[int, Any]:
        number = int(form["message_id"])
        old = next((m for m in self.messages if m["message_id"] == number and m["chat_id"] == chat), None)
        if old is None:
            return self._no(400, "Bad Request: message to edit not found")
        if old["current"] == form["text"]:
            return self._no(400, "Bad Request: message is not modified")
        old["current"] = form["text"]
        self.edits.append(form | {"time": time.monotonic()})
        return 200, self._message(chat, number)

    def _message(self, chat: str, number: int) -> Any:
        kind = "supergroup" if chat.startswith("-") else "private"
        about = {"id": int(chat) if chat.lstrip("-").isdigit() else 1, "type": kind}
        return {"ok": True, "result": {"message_id": number, "date": 1_700_000_000, "chat": about}}

    def _handler(api) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for an answer to the first

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {key: values[0] for key, values in parse_qs(raw, keep_blank_values=True).items()}
                api.calls += 1
                fault = api.faults.popleft() if api.faults else None
                try:
                    self._reply(fault, form)
                except OSError:
                    self.close_connection = True

            def _reply(self, fault: Fault | None, form: dict[str, str]) -> None:
                status, body = api.answer(self.path, form) if fault is None or fault.accept else (0, "")
                if fault:
                    time.sleep(fault.delay)
                    status, body = fault.status, fault.body
                if fault and fault.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True
                    self.connection.close()
                    return
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
