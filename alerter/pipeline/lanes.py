"""Threads for polling: one request at a time a host, and sources that failed keep only each other waiting."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

_WELL, _AILING = 48, 16
"""A dripping source holds a thread for as long as a fetch may last; so many may drip before a healthy one has to wait."""

Job = tuple[Callable[[], None], Future[None], bool]


class Lanes:
    """Starts each job as soon as nothing else talks to its host and its lane has a thread free."""

    def __init__(self) -> None:
        """Start no thread yet."""
        self._well = ThreadPoolExecutor(_WELL, thread_name_prefix="poll")
        self._ailing = ThreadPoolExecutor(_AILING, thread_name_prefix="poll-ailing")
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Job]] = {}

    def submit(self, host: str, job: Callable[[], None], *, ailing: bool) -> Future[None]:
        """Run `job` when its turn has come; the future ends with it."""
        future: Future[None] = Future()
        with self._lock:
            busy = host in self._waiting
            self._waiting.setdefault(host, deque()).append((job, future, ailing))
        if not busy:
            self._start(host)
        return future

    def close(self) -> None:
        """Start nothing more, and do not wait for what runs."""
        for pool in (self._well, self._ailing):
            pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, host: str) -> None:
        ailing = self._waiting[host][0][2]
        try:
            (self._ailing if ailing else self._well).submit(self._run, host)
        except RuntimeError:
            return  # closed meanwhile

    def _run(self, host: str) -> None:
        job, future, _ = self._waiting[host][0]
        try:
            job()
            future.set_result(None)
        except BaseException as error:  # noqa: BLE001 (a future carries whatever ended its job)
            future.set_exception(error)
        with self._lock:
            self._waiting[host].popleft()
            more = bool(self._waiting[host])
            if not more:
                del self._waiting[host]
        if more:
            self._start(host)
