"""Which reports are really one voice."""

from collections.abc import Iterable

from alerter.domain.model import Report

_NEAR = 6


def groups(reports: Iterable[Report]) -> list[list[Report]]:
    """Return the reports by voice: one owner, one cited origin, or nearly one text count once."""
    found: list[list[Report]] = []
    for report in reports:
        same = [group for group in found if any(_one_voice(report, other) for other in group)]
        merged = [report, *(each for group in same for each in group)]
        found = [group for group in found if group not in same] + [merged]
    return found


def _one_voice(one: Report, other: Report) -> bool:
    if one.owner == other.owner or (one.origin and one.origin == other.origin):
        return True
    return bool(one.fingerprint and other.fingerprint and (one.fingerprint ^ other.fingerprint).bit_count() <= _NEAR)
