"""When to ask a source again."""

from datetime import datetime, timedelta

_FIRST = timedelta(minutes=5)
_BACKOFF = timedelta(minutes=30)


def next_due(
    now: datetime,
    every: timedelta,
    wanted: timedelta | None,
    failures: int,
    jitter: float,
    longest: timedelta = timedelta(hours=6),
) -> datetime:
    """Return when a source is next due: never sooner than the server wants, up to `longest`; polling never ends.

    After success that is after `every`. After failures it is sooner for sources that are asked seldom and later for those
    asked often: five minutes (or `every`, if less) doubled a failure, half an hour at most; but a first or second
    failure that names its own wait is tried again after just that. `jitter` (0-1) spreads by 10 % either way.
    """
    least = min(wanted or timedelta(), longest)
    base = every
    if failures:
        base = min(min(every, _FIRST) * 2 ** min(failures, 10), _BACKOFF)
    if wanted and 0 < failures <= 2:  # noqa: PLR2004 (twice is enough to believe it)
        base = least
    return now + max(min(base, longest) * (0.9 + 0.2 * jitter), least)
