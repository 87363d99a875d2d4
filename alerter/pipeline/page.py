"""Health, metrics and a plain status page over HTTP; off unless `ALERTER_HTTP` names an address."""

import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from threading import Thread
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from alerter.clock import Clock
from alerter.config.load import Configuration
from alerter.pipeline.observe import lines, metrics, overview

_SLOWEST = 3
"""Seconds that a client may take for its request; one is served at a time."""


class AddressError(OSError):
    """`ALERTER_HTTP` is no address that can be listened on."""


class StatusPage:
    """Serves `/health`, `/metrics` and `/` in a thread until it is closed."""

    def __init__(
        self, address: str, config: Callable[[], Configuration], engine: Engine, clock: Clock, alive: Callable[[], bool]
    ) -> None:
        """Listen on `address`, like `127.0.0.1:9130` or `[::1]:9130`; `alive` tells whether work is being done.

        `config` gives the configuration that is in force.

        Raises:
            AddressError: when that cannot be done.
        """
        self._config, self._engine, self._clock, self._alive = config, engine, clock, alive
        host, _, port = address.rpartition(":")
        try:
            self._server = _server(host.strip("[]"))((host.strip("[]"), int(port)), self._handler())
        except (OSError, ValueError, OverflowError) as error:
            raise AddressError(f"ALERTER_HTTP={address}: {error}; write an address and a port, like 127.0.0.1:9130") from None
        self.port = int(self._server.server_address[1])
        Thread(target=self._server.serve_forever, name="status page", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, str]:
        """Return status and text for a path."""
        if path == "/health":
            return (200, "ok\n") if self._alive() else (503, "no work has been finished lately; the log says why\n")
        if path not in {"/", "/metrics"}:
            return 404, "/health, /metrics or /\n"
        try:
            with self._engine.begin() as connection:
                seen = overview(self._config(), connection, self._clock.now())
        except DBAPIError:
            return 503, "the database does not answer; the log says why\n"
        return 200, "".join(f"{line}\n" for line in (metrics(seen) if path == "/metrics" else lines(self._config(), seen)))

    def _handler(page) -> type[BaseHTTPRequestHandler]:  # noqa: N805 (`self` is the handler's)
        class Handler(BaseHTTPRequestHandler):
            timeout = _SLOWEST
            server_version, sys_version = "alerter", ""

            def do_GET(self) -> None:
                status, text = page.answer(self.path.partition("?")[0])
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing: a scrape every few seconds is no news."""

        return Handler


def _server(host: str) -> type[TCPServer]:
    class Server(TCPServer):
        allow_reuse_address = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    return Server
