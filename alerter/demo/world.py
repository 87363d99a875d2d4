"""The story's world over loopback HTTP: feeds, channel pages, an ensemble forecast, and a Bot API."""

import hashlib
import html
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from alerter.clock import Clock
from alerter.demo.botapi import BotApi
from alerter.demo.story import Post, Story

MEMBERS = 10
_HOUR = timedelta(hours=1)


class World:
    """What the world looks like at the clock's moment."""

    def __init__(self, story: Story, clock: Clock, zone: ZoneInfo, bot: BotApi) -> None:
        self._story, self._clock, self._zone, self._bot = story, clock, zone, bot

    def get(self, path: str) -> bytes | None:
        """Return the page at `path`, None where there is none."""
        kind, _, outlet = path.strip("/").partition("/")
        pages: dict[str, Callable[[list[Post], str], str]] = {"feed": rss, "s": preview}
        if kind not in pages or outlet not in {one.id for one in self._story.outlets}:
            return None
        return pages[kind](self._story.published(outlet, self._clock.now()), outlet).encode()

    def post(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        """Answer a call of the Bot API, or a request for the forecast."""
        if path.startswith("/bot"):
            return self._bot.answer(path, form)
        return 200, [self._place(region) for region in self._story.regions]

    def _place(self, region: str) -> dict[str, Any]:
        start = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        hours = [start + n * _HOUR for n in range(24 * 7)]
        exact = [self._story.temperature(region, hour, self._zone) for hour in hours]
        series = {f"temperature_2m_member{member:02}": _run(exact, member) for member in range(1, MEMBERS)}
        wind = {f"wind_speed_10m_member{member:02}": [4.0] * len(hours) for member in range(1, MEMBERS)}
        named = {"temperature_2m": _run(exact, 0), "wind_speed_10m": [4.0] * len(hours)} | series | wind
        units = {name: "°C" if name.startswith("temperature") else "m/s" for name in named}
        times = [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours]
        return {"utc_offset_seconds": 0, "hourly_units": units, "hourly": {"time": times} | named}


def _run(exact: list[float], member: int) -> list[float]:
    """One forecast run: it strays further from what comes the further it looks ahead, two degrees after a week."""
    stray = math.sin(2.4 * member)
    return [round(value + stray * (0.3 + 1.7 * hour / len(exact)), 1) for hour, value in enumerate(exact)]


def rss(posts: list[Post], outlet: str) -> str:
    """Return posts as RSS 2.0, newest first, with a quiet item so that the feed is never empty."""
    quiet = f"<item><title>Welcome</title><link>https://{outlet}.example/</link><guid>welcome</guid></item>"
    items = [
        f"<item><title>{html.escape(post.title)}</title><description>{html.escape(post.text)}</description>"
        f"<link>https://{outlet}.example/{number}</link><guid>{outlet}-{number}</guid>"
        f"<pubDate>{format_datetime(post.at)}</pubDate></item>"
        for number, post in enumerate(posts, 1)
    ]
    return f'<rss version="2.0"><channel><title>{outlet}</title>{"".join(reversed(items))}{quiet}</channel></rss>'


def preview(posts: list[Post], outlet: str) -> str:
    """Return posts as the public preview page of a channel shows them, oldest first, after one without news."""
    messages = [_message(outlet, 1, "Welcome", "")]
    messages += [_message(outlet, number, _text(post), post.at.isoformat()) for number, post in enumerate(posts, 2)]
    return f"<html><body>{''.join(messages)}</body></html>"


def _text(post: Post) -> str:
    return "<br/>".join(html.escape(part) for part in (post.title, post.text) if part)


def _message(outlet: str, number: int, text: str, at: str) -> str:
    return (
        f'<div class="tgme_widget_message" data-post="{outlet}/{number}">'
        f'<div class="tgme_widget_message_text">{text}</div><time datetime="{at}"></time></div>'
    )


@contextmanager
def serve(world: World) -> Iterator[str]:
    """Serve the world on a free port of 127.0.0.1; yields its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            page = world.get(self.path)
            if page is None:
                self._reply(404, b"not here")
                return
            tag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
            same = self.headers.get("If-None-Match") == tag
            self._reply(304 if same else 200, b"" if same else page, tag)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, answer = world.post(self.path, {key: values[0] for key, values in parse_qs(raw).items()})
            self._reply(status, json.dumps(answer).encode())

        def _reply(self, status: int, body: bytes, tag: str = "") -> None:
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: the story speaks."""

    return Handler
