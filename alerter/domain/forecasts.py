"""Which forecast counts: the chain of providers, how old is too old, and what must not replace a better one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from alerter.domain.model import Forecast, Situation
from alerter.domain.quantities import HOUR

PREFERRED = timedelta(hours=12)
"""A provider whose forecast is older has to yield to the next that is fresh; two runs of a model are 6 or 12 hours apart."""

LIMIT = timedelta(hours=24)
"""An older forecast is not trusted at all: what it says is unknown."""

LEAST_HOURS = 48
_SHARE_KEPT = 0.5


def newest(forecasts: Iterable[Forecast]) -> datetime | None:
    """Return when the newest of them was made."""
    return max((forecast.made for forecast in forecasts), default=None)


def choose(forecasts: Sequence[Forecast], points: Collection[str], now: datetime) -> tuple[list[Forecast], bool]:
    """Return the forecasts of a region that count at `now`, all of one provider, and whether all its points are there.

    `forecasts` come in the order of the chain. The first provider that has a forecast not older than `PREFERRED` of every
    point counts; failing that, the first that has one not older than `LIMIT` of every point; failing that, the one that
    has the most points, of which the others are missing. Where nothing is known of any of `points`, those count of which
    something is: a journal may come from where other points were asked for. A forecast that names no point speaks of all.
    """
    known = {forecast.point for forecast in forecasts}
    wanted = set(points) if known & set(points) else known
    providers: dict[str, list[Forecast]] = defaultdict(list)
    for forecast in forecasts:
        if forecast.point in wanted or not forecast.point:
            providers[forecast.provider].append(forecast)
    best: list[Forecast] = []
    for limit in (PREFERRED, LIMIT):
        for found in providers.values():
            fresh = [forecast for forecast in found if now - forecast.made <= limit]
            if len(fresh) == len(wanted) or any(not forecast.point for forecast in fresh):
                return fresh, True
            best = max(best, fresh, key=len)
    return best, False


def stays(forecasts: Iterable[Forecast], now: datetime) -> datetime:
    """Return until when `choose` stays the same: the next moment at which one of `forecasts` has grown too old."""
    ages = (forecast.made + limit for forecast in forecasts for limit in (PREFERRED, LIMIT))
    return min((age + timedelta.resolution for age in ages if age >= now), default=datetime.max.replace(tzinfo=UTC))


def in_use(situation: Situation) -> dict[str, Forecast | None]:
    """Return, for each region with points, the oldest of the forecasts that count there now; None where none can be trusted."""
    found = {}
    for region, points in situation.points.items():
        chosen, _ = choose(situation.forecasts.get(region, ()), points, situation.now)
        found[region] = min(chosen, key=lambda forecast: forecast.made, default=None)
    return found


def degraded(fresh: Forecast, last: Forecast | None, now: datetime) -> str | None:
    """Return why `fresh` must not replace `last` of the same provider and point, None when it may.

    A provider in trouble sends valid answers that are old, short, mostly null, or of few members. Such an answer is refused
    while the last good one can still be trusted: until then it tells more. One that reaches less than two days, in the mean
    of its members, is always refused: the next of the chain tells more.
    """
    has = _known(fresh, now)
    if has < LEAST_HOURS * len(fresh.members):
        return f"it tells of {has / max(1, len(fresh.members)):.0f} hours to come, {LEAST_HOURS} are the least"
    if last is None or now - last.made > LIMIT:
        return None
    if fresh.made < last.made:
        return f"it was made {fresh.made:%Y-%m-%d %H:%M} UTC, before the one that is known"
    had = _known(last, now)
    return f"it tells of {has} hours to come, the one before of {had}" if has < _SHARE_KEPT * had else None


def _known(forecast: Forecast, now: datetime) -> int:
    """Count the known hours to come, over all members."""
    first = max(0, int((now - forecast.start) / HOUR))
    return sum(len(member[first:]) - member[first:].count(None) for member in forecast.members)
