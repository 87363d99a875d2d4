"""Fetching over HTTP with limits that hold: total time, decoded size, redirects, and where a name may lead."""

import contextlib
import ctypes
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from alerter.clock import monotonic
from alerter.sources.guard import Deadlines, Guard, GuardedAdapter, PrivateAddressError, guarded

USER_AGENT = "alerter/0.1 (public-interest early warning)"
_HEADERS = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", "Accept": "*/*", "Connection": "keep-alive"}
_HOSTS = 256
_REDIRECTS = 5
_CHUNK = 65536
_LARGE = 300_000
_LARGE_AT_ONCE = 4


class FetchError(Exception):
    """A URL could not be fetched; the reason names no secret."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response read to its end. `headers` ignores case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Fetcher:
    """One pooled session for all sources; safe to use from many threads."""

    def __init__(self, private_hosts: frozenset[str] = frozenset()) -> None:
        """`private_hosts` are the hosts of URLs that may lead into private networks."""
        self._private = private_hosts
        _free_at_once()
        self._deadlines = Deadlines()
        self._large = threading.BoundedSemaphore(_LARGE_AT_ONCE)
        # one adapter and no session: no cookies, no proxies, no redirects that are not looked at, and half the time
        self._adapter = GuardedAdapter(pool_connections=_HOSTS, pool_maxsize=4)

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
        guard = Guard(private=host_of(url) in self._private)
        try:
            with guarded(guard), self._deadlines.watch(guard, until):
                response = self._read(guard, url, headers, data, until, limit)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise FetchError("took longer than its deadline" if guard.fired else _reason(error)) from None
        if guard.fired:
            # the aborted answer can look like a whole one
            raise FetchError("took longer than its deadline")
        return response

    def _read(
        self,
        guard: Guard,
        url: str,
        headers: Mapping[str, str] | None,
        data: Mapping[str, str] | None,
        until: float,
        limit: int,
    ) -> Response:
        request = requests.Request("POST" if data else "GET", url, headers=_HEADERS | dict(headers or {}), data=data).prepare()
        connect = min(5.0, max(0.01, until - monotonic()))
        with contextlib.ExitStack() as held:
            answer = held.enter_context(self._answer(request, guard, (connect, 10.0)))
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                if len(body) <= _LARGE < len(body) + len(chunk):
                    held.enter_context(self._large_body(until))
                body += chunk
                if len(body) > limit:
                    raise FetchError(f"is larger than {limit} bytes")
            return Response(answer.status_code, answer.headers, bytes(body), url)

    def _answer(self, request: requests.PreparedRequest, guard: Guard, timeout: tuple[float, float]) -> requests.Response:
        """Send, and once more for each kept connection that its server had closed meanwhile (RFC 9112, 9.3.1)."""
        while True:
            try:
                return self._adapter.send(request, stream=True, timeout=timeout)
            except requests.ConnectionError as error:
                if guard.fired or not guard.let_go() or isinstance(error, requests.Timeout):
                    raise

    @contextlib.contextmanager
    def _large_body(self, until: float) -> Iterator[None]:
        """Let few large bodies be read at once, so that many together do not fill the memory."""
        if not self._large.acquire(timeout=max(0.0, until - monotonic())):
            raise FetchError("took longer than its deadline")
        try:
            yield
        finally:
            self._large.release()


def _free_at_once() -> None:
    """Have glibc give large buffers back when they are freed; it would keep one of each thread's (mallopt(3))."""
    mmap_threshold, arena_max = -3, -8
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(mmap_threshold, 131_072)
        libc.mallopt(arena_max, 2)


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """Return the host of a web address as the client will read it, in lower case.

    Raises:
        FetchError: when it is not http or https, or names no host.
    """
    try:
        parts = parse_url(url)
    except HTTPError:
        raise FetchError("leads to something that is no web address") from None
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise FetchError("leads to something that is not http or https")
    return parts.host.strip("[]").lower()


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
