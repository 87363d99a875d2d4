"""Leases: which of several daemons does a job, without trusting any clock to agree with another.

A lease is a row with a holder, an epoch and a beat. The holder changes the beat when it renews; whoever wants the lease
watches the row and takes it, with the next epoch, once it has not changed for `SPAN` *of the watcher's own steady clock*
(the scheme of Kubernetes' leader election). Neither the hosts' clocks nor the database's are compared, so skew and steps
cannot make two holders or none. A holder that was stopped or cut off learns of its loss twice over: `held` turns False
by its own steady clock before anyone may take the lease, and `hold` finds another epoch, in the very transaction that
was to be committed.
"""

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, select

from alerter.clock import steady
from alerter.store.schema import leases, sources

SPAN = 10.0
"""Seconds without a sign of life after which a lease may be taken. PostgreSQL's measured failover is this plus a tick."""

MARGIN = 2.0
"""Seconds before the end of its span at which a holder stops by itself: a send begun just in time still ends in time."""

NOBODY = ""


@dataclass
class Lease:
    """The lease `name` as one process sees it; give each job one for its lifetime. Safe to use from several threads."""

    name: str
    holder: str
    clock: Callable[[], float] = steady
    epoch: int | None = field(default=None, init=False)
    _retired: bool = field(default=False, init=False)
    _renewed: float = field(default=float("-inf"), init=False)
    _seen: tuple[str, int, int] | None = field(default=None, init=False)
    _since: float = field(default=float("-inf"), init=False)

    @contextmanager
    def hold(self, engine: Engine) -> Iterator[Connection | None]:
        """Open a transaction that commits as the holder of the lease, which is taken or renewed in it; None without it.

        The row stays locked until the transaction ends, so nobody takes the lease between the check and the commit.
        """
        began = self.clock()
        with engine.begin() as connection:
            renewed = self._take(connection, began)
            yield connection if self.epoch is not None else None
        if renewed:
            self._renewed = began

    def held(self) -> bool:
        """Tell, without asking the database, whether the lease is surely still ours."""
        return self.epoch is not None and self.clock() < self._renewed + SPAN - MARGIN

    def retire(self) -> None:
        """Take and renew the lease no more; `release` it after this, and no job that is just running takes it back."""
        self._retired = True

    def _take(self, connection: Connection, began: float) -> bool:
        """Settle whose the lease is; tell whether its row was written."""
        row = self._locked(connection)
        if self._retired:
            self.epoch = None
            return False
        if row is not None and (row.holder, row.epoch) == (self.holder, self.epoch):
            fresh = began < self._renewed + SPAN / 4  # an idle daemon need not write every second
            return not fresh and self._write(connection, row.epoch, row.beat + 1)
        if row is not None and (row.holder == NOBODY or self._silent(row)):
            return self._write(connection, row.epoch + 1, 0)
        self.epoch = None
        return False

    def _locked(self, connection: Connection) -> Any | None:
        """Return the row, locked; None while another process is at it."""
        # we wait for a row that we believe is ours; a stranger's, who may be stopped in mid-transaction, is passed over
        query = select(leases).where(leases.c.name == self.name)
        return connection.execute(query.with_for_update(skip_locked=self.epoch is None)).one_or_none()

    def _silent(self, row: Any) -> bool:
        seen, now = (row.holder, row.epoch, row.beat), self.clock()
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since >= SPAN

    def _write(self, connection: Connection, epoch: int, beat: int) -> bool:
        here = leases.update().where(leases.c.name == self.name)
        connection.execute(here.values(holder=self.holder, epoch=epoch, beat=beat))
        self.epoch = epoch
        return True


def holders(connection: Connection) -> set[str]:
    """Return everyone who holds a lease or polls a source, alive or not."""
    polling = select(sources.c.leased_by).where(sources.c.leased_by.is_not(None))
    return set(connection.scalars(select(leases.c.holder).where(leases.c.holder != NOBODY).union(polling)))


def release(connection: Connection, names: Iterable[str]) -> None:
    """Give back every lease of these holders; epochs go on counting."""
    gone = list(names)
    connection.execute(leases.update().where(leases.c.holder.in_(gone)).values(holder=NOBODY))
    connection.execute(sources.update().where(sources.c.leased_by.in_(gone)).values(leased_by=None, leased_until=None))


def holder_name() -> str:
    """Return a name for this process that no other ever had, and by which `is_dead` can find it."""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex[:8]}"


def is_dead(holder: str) -> bool:
    """Tell whether a holder was a process of this machine (and of this container) that is no more."""
    machine, _, rest = holder.partition(":")
    process = rest.partition(":")[0]
    if machine != _machine() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's, and alive
        return False
    return False


def _machine() -> str:
    """Return the host's name with its process namespace: containers may share the name and number processes alike."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{space.strip('pid:[]')}"
