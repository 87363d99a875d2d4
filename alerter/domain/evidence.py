"""What reports say of an event in a region: how sure, by how many who do not copy each other, and whether a truce holds."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from alerter.domain.model import Certainty, Event, Report
from alerter.domain.rules import DENIAL_REACH, TRUCE_LASTS

EXPECTED = frozenset({Event.STRIKE_WARNING, Event.LARGE_STRIKE})
"""Events that may lie ahead: a report of one that is not `OBSERVED` tells what is expected."""

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class View:
    """The reports of some events that speak of one region, oldest first; `denials` are apart."""

    reports: tuple[Report, ...]
    times: tuple[datetime, ...]
    denials: tuple[Report, ...]
    denied: tuple[datetime, ...]

    def between(self, since: datetime, now: datetime) -> tuple[int, int, int]:
        """Return which reports are of `since` to `now`, as a slice, and how many denials there are by `now`."""
        return bisect_left(self.times, since), bisect_right(self.times, now), bisect_right(self.denied, now)

    def stays(self, bounds: tuple[int, int, int], past: timedelta) -> datetime:
        """Return until when `bounds`, those of `between(now - past, now)`, stay the same."""
        first, last, denied = bounds
        moments = [times[0] for times in (self.times[last : last + 1], self.denied[denied : denied + 1]) if times]
        if first < len(self.times):
            moments.append(self.times[first] + past + timedelta.resolution)
        return min(moments, default=_EVER)


@dataclass(slots=True)
class Evidence:
    """Reports by event and region. A view is the very same object as long as its reports are the same."""

    events: dict[Event, list[Report]] = field(default_factory=dict)
    views: dict[tuple[frozenset[Event], str], View] = field(default_factory=dict)
    before: dict[tuple[frozenset[Event], str], View] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[Report], before: "Evidence | None" = None) -> "Evidence":
        """Index `reports`; one without a time is unknown in time and never counts. Views of `before` are used again."""
        found: dict[Event, list[Report]] = defaultdict(list)
        for report in sorted((report for report in reports if report.at), key=order):
            found[report.event].append(report)
        if before is None:
            return cls(dict(found))
        same = {event for event in Event if found.get(event) == before.events.get(event)}
        return cls(dict(found), {key: view for key, view in before.views.items() if key[0] <= same}, before.views)

    def view(self, events: frozenset[Event], region: str) -> View:
        """Return what is said of `events` in `region`."""
        key = (events, region)
        if key not in self.views:
            here = [each for event in events for each in self.events.get(event, ()) if each.covers(region)]
            if len(events) > 1:
                here.sort(key=order)
            said = tuple(each for each in here if each.certainty > Certainty.UNLIKELY)
            denials = tuple(each for each in here if each.certainty is Certainty.UNLIKELY)
            old = self.before.get(key)
            same = old is not None and (old.reports, old.denials) == (said, denials)
            self.views[key] = old if old and same else View(said, _times(said), denials, _times(denials))
        return self.views[key]

    def truces(self, region: str, now: datetime) -> tuple[tuple[Report, ...], datetime]:
        """Return the claims of a truce in force, oldest first, and until when they are, if nothing is learnt.

        One side at least claims it, it is not past its end, and was not called off since. It lasts until the end it names, but
        no longer than `TRUCE_LASTS` after it was last spoken of.
        """
        called_off, view = self.view(frozenset({Event.TRUCE_OVER}), region), self.view(frozenset({Event.TRUCE}), region)
        over = _last(called_off, now)
        bounds = first, last, _ = view.between(now - TRUCE_LASTS, now)
        claimed = [each for each in view.reports[first:last] if each.ends is None or now < each.ends]
        until = [each.ends for each in claimed if each.ends]
        until += [view.stays(bounds, TRUCE_LASTS), called_off.stays(called_off.between(now - TRUCE_LASTS, now), TRUCE_LASTS)]
        return tuple(each for each in claimed if over is None or (each.at is not None and each.at > over)), min(until)


def order(report: Report) -> tuple[Any, ...]:
    """Order reports by time; those of one moment always in the same way."""
    return (report.at, report.source, report.item, sorted(report.regions), report.certainty, report.title)


def expected(report: Report) -> bool:
    """Tell whether a report speaks of a strike to come: only such a one does a truce make less certain."""
    return report.event in EXPECTED and report.certainty is not Certainty.OBSERVED


def certainty_of(report: Report, denials: Sequence[Report], *, truce: bool) -> Certainty:
    """Return how sure a report is: one step less when it was denied since, and when a truce holds and it tells what is expected.

    A truce never lowers what was observed, nor anything below `POSSIBLE`: `UNLIKELY` means denied, and a truce denies nothing.
    """
    certainty = report.certainty
    if any(_denies(denial, report) for denial in denials):
        certainty = certainty.lowered()
    return certainty.lowered() if truce and expected(report) and certainty > Certainty.POSSIBLE else certainty


def _denies(denial: Report, report: Report) -> bool:
    if denial.event is not report.event or denial.at is None or report.at is None:
        return False
    return timedelta(0) < denial.at - report.at <= DENIAL_REACH


def _times(reports: Iterable[Report]) -> tuple[datetime, ...]:
    return tuple(report.at for report in reports if report.at)


def _last(view: View, now: datetime) -> datetime | None:
    count = bisect_right(view.times, now)
    return view.times[count - 1] if count else None
