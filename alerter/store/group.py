"""Group commit: what many threads bring at once is written in one transaction."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alerter.store.faults import fault_of

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

        When a batch cannot be written, each value is tried by itself, so that one which cannot be stored spoils no other;
        the thread whose turn it was raises, and what is not written then is as if it had crashed.
        """
        with self._gather:
            self._brought.append(value)
        with self._turn:
            if not self._brought:
                return
            time.sleep(_GATHER)
            with self._gather:
                batch, self._brought = self._brought, []
            self._commit(batch)

    def _commit(self, batch: list[T]) -> None:
        try:
            with self._engine.begin() as connection:
                self._write(connection, batch)
        except Exception as error:
            if len(batch) == 1 or (isinstance(error, DBAPIError) and fault_of(error).passing):
                raise
            self._commit_apart(batch)

    def _commit_apart(self, batch: list[T]) -> None:
        failed: list[Exception] = []
        for value in batch:
            try:
                self._commit([value])
            except Exception as error:  # noqa: BLE001 (raised again below)
                failed.append(error)
        if failed:
            raise failed[0]
