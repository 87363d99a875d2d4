"""Fetching over HTTP with limits that hold: total time, decoded size, redirects, and where a name may lead."""

import ipaddress
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from alerter.clock import monotonic

USER_AGENT = "alerter/0.1 (public-interest early warning)"
_HOSTS = 256
_REDIRECTS = 5
_CHUNK = 65536
_LOCAL = threading.local()


class FetchError(Exception):
    """A URL could not be fetched; the reason names no secret."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response read to its end. `headers` ignores case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class PrivateAddressError(OSError):
    """A name led into private address space."""


class _Guard:
    """The sockets of one fetch: whoever opens one reports it here, and the timer shuts it."""

    def __init__(self, *, private: bool) -> None:
        self.private = private
        self.fired = False
        self.sockets: list[socket.socket] = []

    def shut(self) -> None:
        self.fired = True
        for each in self.sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _check(connection: Any) -> None:
    guard: _Guard | None = getattr(_LOCAL, "guard", None)
    if guard is None or connection.sock is None:
        return
    guard.sockets.append(connection.sock)
    address = ipaddress.ip_address(connection.sock.getpeername()[0].split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    if not guard.private and (not mapped.is_global or mapped.is_multicast):
        connection.close()
        raise PrivateAddressError("leads into a private network")


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            _check(self)
        super().request(*args, **kwargs)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            _check(self)
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class Fetcher:
    """One pooled session for all sources; safe to use from many threads."""

    def __init__(self, private_hosts: frozenset[str] = frozenset()) -> None:
        """`private_hosts` are the hosts of URLs that may lead into private networks."""
        self._private = private_hosts
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = USER_AGENT
        adapter = _Adapter(pool_connections=_HOSTS, pool_maxsize=16)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        deadline: float = 20.0,
        limit: int = 5_000_000,
    ) -> Response:
        """Return the response to GET, or to POST of the form `data`, whatever its status.

        `deadline` (seconds) covers everything from the first byte sent to the last received, redirects too; `limit`
        is in decoded bytes.

        Raises:
            FetchError: for anything that keeps the whole response from being read.
        """
        until = monotonic() + deadline
        for _ in range(_REDIRECTS + 1):
            response = self._step(url, headers, data, until, limit)
            target = response.headers.get("Location")
            if response.status not in {301, 302, 303, 307, 308} or not target:
                return response
            url = urljoin(url, target)
        raise FetchError(f"more than {_REDIRECTS} redirects")

    def _step(
        self, url: str, headers: Mapping[str, str] | None, data: Mapping[str, str] | None, until: float, limit: int
    ) -> Response:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise FetchError("leads to something that is not http or https")
        guard = _Guard(private=parts.hostname in self._private)
        timer = threading.Timer(max(0.01, until - monotonic()), guard.shut)
        timer.daemon = True
        _LOCAL.guard = guard
        timer.start()
        try:
            response = self._read(url, headers, data, limit)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise FetchError("took longer than its deadline" if guard.fired else _reason(error)) from None
        finally:
            timer.cancel()
            _LOCAL.guard = None
        if guard.fired:
            # the aborted answer can look like a whole one
            raise FetchError("took longer than its deadline")
        return response

    def _read(self, url: str, headers: Mapping[str, str] | None, data: Mapping[str, str] | None, limit: int) -> Response:
        method = "POST" if data else "GET"
        with self._session.request(
            method, url, headers=headers, data=data, timeout=(5, 10), stream=True, allow_redirects=False
        ) as answer:
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                body += chunk
                if len(body) > limit:
                    raise FetchError(f"is larger than {limit} bytes")
            return Response(answer.status_code, answer.headers, bytes(body), url)


def _reason(error: BaseException) -> str:
    cause: BaseException | None = error
    text = str(error)
    while cause is not None:
        if isinstance(cause, PrivateAddressError):
            return "leads into a private network; add its host to private_hosts if that is meant"
        cause = cause.__cause__ or cause.__context__
    for sign, reason in (
        ("private network", "leads into a private network; add its host to private_hosts if that is meant"),
        ("resolve", "its name is not found"),
        ("refused", "refuses the connection"),
        ("timed out", "does not answer in time"),
        ("unreachable", "cannot be reached"),
    ):
        if sign in text.lower():
            return reason
    return re.sub(r"\S*bot\d+:\S+", "…", f"{type(error).__name__}")
