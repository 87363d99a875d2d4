"""Connections under guard: cut at the deadline of the fetch that uses them, and never made into private networks unasked."""

import contextlib
import heapq
import ipaddress
import itertools
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from alerter.clock import monotonic

_LOCAL = threading.local()


class PrivateAddressError(OSError):
    """A name led into private address space."""


class Guard:
    """The sockets of one fetch: whoever opens one reports it here, and the deadline shuts it."""

    def __init__(self, *, private: bool) -> None:
        """Watch nothing yet; `private` tells whether a peer may be in private address space."""
        self.private = private
        self.fired = False
        self._sockets: list[socket.socket] = []
        self._made: list[socket.socket] = []

    def watch(self, connected: socket.socket) -> None:
        """Have the deadline cut this connection too, which was kept from an earlier fetch."""
        self._sockets.append(connected)

    def let_go(self) -> bool:
        """Forget the kept connections; tell whether there were any."""
        kept, self._sockets = self._sockets, []
        return bool(kept)

    def admit(self, connected: socket.socket) -> None:
        """Refuse a peer in private address space before a byte is sent to it, and watch the connection from now on.

        Raises:
            PrivateAddressError: when the peer is private and may not be.
        """
        # a duplicate outlives the socket that TLS detaches
        self._made.append(socket.socket(fileno=os.dup(connected.fileno())))
        address = ipaddress.ip_address(connected.getpeername()[0].split("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        if not self.private and (not mapped.is_global or mapped.is_multicast):
            raise PrivateAddressError("leads into a private network")

    def shut(self) -> None:
        """Cut every connection of the fetch."""
        self.fired = True
        for each in self._sockets + self._made:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the duplicates."""
        for each in self._made:
            each.close()


class Deadlines:
    """One thread that cuts the connections of every fetch whose time is up."""

    def __init__(self) -> None:
        """Start no thread before one is needed."""
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Guard]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watch(self, guard: Guard, until: float) -> Iterator[None]:
        """Cut `guard` off at the monotonic time `until`, unless the block ends before."""
        entry = (until, next(self._number), guard)
        with self._changed:
            heapq.heappush(self._heap, entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0] is entry:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                with contextlib.suppress(ValueError):
                    self._heap.remove(entry)
                guard.close()

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._heap and self._heap[0][0] <= monotonic():
                    heapq.heappop(self._heap)[2].shut()
                self._changed.wait(self._heap[0][0] - monotonic() if self._heap else None)


@contextlib.contextmanager
def guarded(guard: Guard) -> Iterator[None]:
    """Have the connections that this thread makes or uses in the block report to `guard`."""
    _LOCAL.guard = guard
    try:
        yield
    finally:
        _LOCAL.guard = None


class _Watched:
    """A connection that reports its socket when it is made, before TLS, and each time it is used again."""

    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        guard: Guard | None = getattr(_LOCAL, "guard", None)
        try:
            if guard:
                guard.admit(made)
        except PrivateAddressError:
            made.close()
            raise
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        guard: Guard | None = getattr(_LOCAL, "guard", None)
        if guard and self.sock is not None:
            guard.watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class GuardedAdapter(HTTPAdapter):
    """Makes connections that report to the guard of their thread."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools of such connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
