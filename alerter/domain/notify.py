"""From changes of alerts to notifications: one a rule, kind and tick, each saying all that is in force."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alerter.domain.model import Alert, AlertState, Facts, Kind, Notification, Replaced, Severity
from alerter.domain.rules import Rule

Key = tuple[str, str]
_ENDS = frozenset({Kind.CANCEL, Kind.EXPIRE})


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an alert, and what to tell; `kind` None tells nothing."""

    alert: Alert | None
    kind: Kind | None = None
    loud: bool = False
    facts: Facts | None = None


def notify(
    rules: tuple[Rule, ...], changes: Mapping[Key, Change], before: Mapping[Key, Alert], now: datetime
) -> tuple[Notification, ...]:
    """Return what to tell of `changes`; the sounding first, so that what ends is not told before what begins."""
    known = {rule.id: rule for rule in rules}
    bundles: dict[tuple[str, Kind, bool], list[Facts]] = defaultdict(list)
    for (rule_id, region), change in changes.items():
        if change.kind and change.facts:
            ended = change.kind in _ENDS and rule_id in known
            told = replace(change.facts, still=_still(known, known[rule_id], changes, region)) if ended else change.facts
            bundles[rule_id, change.kind, change.loud].append(told)
    for rule_id, left in _parted(rules, changes, before):
        bundles.setdefault((rule_id, Kind.UPDATE, False), left)
    found = []
    for (rule_id, kind, loud), bundle in bundles.items():
        facts = tuple(sorted(bundle, key=lambda one: one.region))
        rule, places = known.get(rule_id), tuple(one.region for one in facts)
        severity = rule.severity if rule else max((before[rule_id, place].severity for place in places), default=Severity.MINOR)
        titles, standing = rule.title if rule else {}, _standing(rule_id, changes, places)
        replaces = _replaced(known, rule, changes, before, places) if rule and loud and kind not in _ENDS else ()
        found.append(
            Notification(rule_id, kind, now, severity, places, facts, loud, titles, standing=standing, replaces=replaces)
        )
    return tuple(sorted(found, key=lambda each: (not each.loud, each.kind in _ENDS)))


def in_force(rules: Iterable[Rule], alerts: Mapping[Key, Alert], now: datetime) -> tuple[tuple[Notification, datetime], ...]:
    """Return what to tell who has heard of nothing yet: of each rule one alert with all its regions, and since when it holds."""
    found = []
    for rule in rules:
        mine = sorted(
            ((region, alert) for (id_, region), alert in alerts.items() if id_ == rule.id and _speaks(Change(alert))),
            key=lambda pair: pair[0],
        )
        if mine:
            places, facts = tuple(region for region, _ in mine), tuple(alert.facts for _, alert in mine if alert.facts)
            told = Notification(rule.id, Kind.ALERT, now, rule.severity, places, facts, titles=rule.title)
            found.append((told, min(alert.since for _, alert in mine)))
    return tuple(found)


def _speaks(change: Change | None) -> bool:
    """Tell whether subscribers have been told of the alert and it still stands in its own name."""
    alert = change.alert if change else None
    return bool(alert and alert.state is AlertState.FIRING and alert.last_told and alert.facts and not alert.hushed)


def _standing(rule: str, changes: Mapping[Key, Change], told: Iterable[str]) -> tuple[Facts, ...]:
    others = sorted(region for id_, region in changes if id_ == rule and region not in set(told))
    alerts = [changes[rule, region].alert for region in others if _speaks(changes[rule, region])]
    return tuple(alert.facts for alert in alerts if alert and alert.facts)


def _still(known: Mapping[str, Rule], ended: Rule, changes: Mapping[Key, Change], region: str) -> Mapping[str, str]:
    """Return the titles of the gravest weaker rule that goes on in the region."""
    going = [known[id_] for id_ in ended.supersedes if id_ in known and _speaks(changes.get((id_, region)))]
    return max(going, key=lambda rule: (rule.severity, rule.id)).title if going else {}


def _replaced(
    known: Mapping[str, Rule],
    rule: Rule,
    changes: Mapping[Key, Change],
    before: Mapping[Key, Alert],
    places: Iterable[str],
) -> tuple[Replaced, ...]:
    found = []
    for weaker in sorted(rule.supersedes & known.keys()):
        olds = [before.get((weaker, place)) for place in places]
        if any(old and old.last_told and not old.hushed for old in olds):
            left = frozenset(region for (id_, region), change in changes.items() if id_ == weaker and _speaks(change))
            found.append(Replaced(weaker, known[weaker].title, left))
    return tuple(found)


def _parted(
    rules: Iterable[Rule], changes: Mapping[Key, Change], before: Mapping[Key, Alert]
) -> Iterable[tuple[str, list[Facts]]]:
    """Yield the rules that a graver one has just replaced in some regions, with what they still tell of in the others."""
    for rule in rules:
        mine = {region: change for (id_, region), change in changes.items() if id_ == rule.id}
        hushed = [region for region, change in mine.items() if change.alert and change.alert.hushed]
        news = any((old := before.get((rule.id, region))) and old.last_told and not old.hushed for region in hushed)
        left = [change.alert.facts for change in mine.values() if _speaks(change) and change.alert and change.alert.facts]
        if news and left:
            yield rule.id, left
