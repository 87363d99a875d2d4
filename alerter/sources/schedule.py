"""When to ask a source again."""

from datetime import datetime, timedelta

_LONGEST = timedelta(hours=6)
_BACKOFF = timedelta(minutes=30)


def next_due(now: datetime, every: timedelta, wanted: timedelta | None, failures: int, jitter: float) -> datetime:
    """Return when a source is next due.

    After success: the longer of `every` and what the server wants, at most six hours. After failures: doubled a failure,
    half an hour at most, but never sooner than the server wants; polling never ends. `jitter` (0-1) spreads by ±10 %.
    """
    base = max(every, wanted or timedelta())
    if failures:
        base = max(min(every * 2 ** min(failures, 10), max(_BACKOFF, every)), wanted or timedelta())
    return now + min(base, _LONGEST) * (0.9 + 0.2 * jitter)
