"""How a source is, from its three clocks: when it answered, when it last brought news, when its content last changed."""

from datetime import datetime, timedelta
from enum import StrEnum

UNCHANGED = timedelta(hours=48)
"""After so long without anything new an answer may come from a cache that stands still: it is no longer believed.

No feed that reports on a war is quiet for two days; channels that are count as long as a quorum of the others goes on.
"""


class SourceState(StrEnum):
    """OK; STALE: it answers, but with nothing new for too long; ERROR: it does not answer; NEW: it was not asked yet."""

    OK = "ok"
    STALE = "stale"
    ERROR = "error"
    NEW = "new"


def state(fetched: datetime | None, changed: datetime | None, failures: int, now: datetime) -> SourceState:
    """Return the state of a source that last answered at `fetched` and last brought something new at `changed`."""
    if failures:
        return SourceState.ERROR
    if fetched is None:
        return SourceState.NEW
    return SourceState.STALE if changed and now - changed > UNCHANGED else SourceState.OK


def seen(fetched: datetime | None, changed: datetime | None) -> datetime | None:
    """Return up to when a source can be said to have shown us the world; None when it never has."""
    if fetched is None or changed is None:
        return fetched
    return min(fetched, changed + UNCHANGED)


def quorum_seen(moments: list[datetime | None]) -> datetime | None:
    """Return when a third of the sources (at least one) had last been seen; None when they never were."""
    known = sorted((moment for moment in moments if moment), reverse=True)
    quorum = max(1, len(moments) // 3)
    return known[quorum - 1] if len(known) >= quorum else None
