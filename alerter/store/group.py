"""Group commit: what many threads bring at once is written in one transaction."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

_GATHER = 0.01
"""Seconds that others are given to bring theirs too."""

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """Whoever gets the turn writes what the others have brought meanwhile, with `write`."""

    def __init__(self, engine: Engine, write: Callable[[Connection, list[T]], None]) -> None:
        """Nothing is written yet."""
        self._engine, self._write = engine, write
        self._gather, self._turn = threading.Lock(), threading.Lock()
        self._brought: list[T] = []

    def add(self, value: T) -> None:
        """Return once `value` has been written, by this thread or another.

        When writing fails, the thread whose turn it was raises and the whole batch is not written: the caller must
        bear that, as it bears a crash.
        """
        with self._gather:
            self._brought.append(value)
        with self._turn:
            if not self._brought:
                return
            time.sleep(_GATHER)
            with self._gather:
                batch, self._brought = self._brought, []
            with self._engine.begin() as connection:
                self._write(connection, batch)
