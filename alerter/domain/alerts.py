"""From verdicts to alerts: what begins, what changed, what is over, and what people are told of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerter.domain.independence import groups
from alerter.domain.model import (
    Alert,
    AlertState,
    Answer,
    Certainty,
    Facts,
    Kind,
    Notification,
    Report,
    Situation,
    Told,
    Verdict,
)
from alerter.domain.rules import Rule
from alerter.domain.verdicts import Index, deciding, evaluate

BLIND_LIMIT = timedelta(hours=24)
COLDER = 2.0
SHIFTED = timedelta(hours=6)
MOST_SOURCES = 5
MOST_TOLD = 8
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an alert, and what to tell; `kind` None tells nothing."""

    alert: Alert | None
    kind: Kind | None = None
    loud: bool = False
    facts: Facts | None = None


def step(alert: Alert | None, verdict: Verdict, rule: Rule, region: str, now: datetime, facts: Facts) -> Change:
    """Take an alert one tick further. Unknown never begins one and never ends one as over."""
    if alert is None or alert.state is AlertState.PENDING:
        return _begin(alert, verdict, rule, region, now, facts)
    if verdict.answer is Answer.YES:
        return _hold(alert, rule, now, facts)
    if verdict.answer is Answer.NO:
        return _fade(alert, rule, now, facts)
    return _wait(alert, now, facts)


def _begin(alert: Alert | None, verdict: Verdict, rule: Rule, region: str, now: datetime, facts: Facts) -> Change:
    if verdict.answer is Answer.UNKNOWN:
        return Change(alert)
    if verdict.answer is Answer.NO or (alert is None and not rule.in_season(now)):
        return Change(None)
    begun = alert or Alert(rule.id, region, AlertState.PENDING, now, now, severity=rule.severity)
    begun = replace(begun, last_held=now)
    if now - begun.since < rule.for_:
        return Change(begun)
    return _alert(replace(begun, state=AlertState.FIRING, since=now), now, facts)


def _alert(alert: Alert, now: datetime, facts: Facts) -> Change:
    return Change(replace(alert, last_told=now, repeats=0, facts=facts), Kind.ALERT, loud=True, facts=facts)


def _hold(alert: Alert, rule: Rule, now: datetime, facts: Facts) -> Change:
    louder = rule.severity > alert.severity
    alert = replace(alert, last_held=now, over_since=None, blind_since=None, severity=rule.severity)
    told = alert.facts
    if alert.last_told is None or told is None:
        return _alert(alert, now, facts)
    due = rule.repeat and now - alert.last_told >= rule.repeat[min(alert.repeats, len(rule.repeat) - 1)]
    if due or louder:
        alert = replace(alert, last_told=now, repeats=alert.repeats + 1, facts=facts)
        return Change(alert, Kind.UPDATE, loud=True, facts=facts)
    if matters(told, facts):
        return Change(replace(alert, facts=facts), Kind.UPDATE, facts=facts)
    return Change(alert)


def _fade(alert: Alert, rule: Rule, now: datetime, facts: Facts) -> Change:
    over_since = alert.over_since or now
    if alert.over_since and alert.blind_since:
        over_since += now - alert.blind_since  # only time seen with fresh data counts towards an all-clear
    alert = replace(alert, over_since=over_since, blind_since=None)
    if now - over_since >= rule.keep_firing_for:
        ended = replace(alert.facts or facts, blind_since=None, why=facts.why)
        return Change(None, Kind.CANCEL, loud=True, facts=ended) if alert.last_told else Change(None)
    return _sight(alert)


def _wait(alert: Alert, now: datetime, facts: Facts) -> Change:
    alert = replace(alert, blind_since=alert.blind_since or now)
    blind = alert.blind_since or now
    spell = alert.facts.spell if alert.facts else None
    if now > max(alert.last_held + BLIND_LIMIT, blind + BLIND_LIMIT, spell.ends if spell else now - BLIND_LIMIT):
        ended = replace(alert.facts or facts, blind_since=blind, why=facts.why)
        return Change(None, Kind.EXPIRE, loud=True, facts=ended) if alert.last_told else Change(None)
    return _sight(alert)


def _sight(alert: Alert) -> Change:
    """Tell silently when the data ran out or came back."""
    if alert.facts is None or (alert.facts.blind_since is None) == (alert.blind_since is None):
        return Change(alert)
    facts = replace(alert.facts, blind_since=alert.blind_since)
    return Change(replace(alert, facts=facts), Kind.UPDATE, facts=facts)


def matters(told: Facts, facts: Facts) -> bool:
    """Tell whether what is known differs enough from what was told to say so."""
    more = min(facts.sources, MOST_SOURCES) > min(told.sources, MOST_SOURCES)
    seen = (told.blind_since is None) != (facts.blind_since is None)
    if more or seen or told.certainty != facts.certainty:
        return True
    old, new = told.spell, facts.spell
    if old is None or new is None:
        return old is not new
    if old.provider != new.provider:
        return True
    shifted = abs(new.onset - old.onset) >= SHIFTED or abs(new.ends - old.ends) >= SHIFTED
    return shifted or abs(new.minimum - old.minimum) >= COLDER


def gather(verdict: Verdict, region: str, sources: Mapping[str, str]) -> Facts:
    """Gather what a message about `region` rests on: first one report of each independent group."""
    grouped = groups(sorted(verdict.reports, key=lambda r: (str(r.at), r.source, r.item)))
    firsts = [group[0] for group in grouped]
    ordered = [*firsts, *(report for group in grouped for report in group[1:])][:MOST_TOLD]
    certainty = max((report.certainty for report in verdict.reports), default=Certainty.LIKELY)
    if verdict.spell:
        certainty = min(certainty, Certainty.LIKELY)
    told = tuple(_told(report, sources) for report in ordered)
    spell = verdict.spell and replace(verdict.spell, provider=sources.get(verdict.spell.provider, verdict.spell.provider))
    return Facts(region, certainty.label, spell, told, len(grouped), None, deciding(verdict).reason)


def _told(report: Report, sources: Mapping[str, str]) -> Told:
    name = sources.get(report.source, report.source)
    return Told(report.at, name, report.title, report.url, report.certainty.label, report.event.value)


def decide(
    rules: tuple[Rule, ...],
    situation: Situation,
    alerts: Mapping[Key, Alert],
    regions: Mapping[str, float],
    sources: Mapping[str, str] | None = None,
) -> tuple[dict[Key, Alert], tuple[Notification, ...]]:
    """Take every alert one tick further; `regions` maps an enabled region to its cold offset in degrees."""
    index, names = Index(situation), sources or {}
    changes: dict[Key, Change] = {}
    for rule in rules:
        for region in regions:
            if not rule.regions or region in rule.regions:
                old = alerts.get((rule.id, region))
                changes[rule.id, region] = _advance(old, rule, region, regions[region], index, names)
    told = _supersede(rules, changes, alerts)
    for key, alert in alerts.items():
        if key not in told:
            kind = Kind.EXPIRE if alert.last_told else None
            told[key] = Change(None, kind, loud=True, facts=alert.facts or Facts(alert.region))
    kept = {key: change.alert for key, change in told.items() if change.alert}
    return kept, _notify(rules, told, alerts, situation.now)


def _advance(old: Alert | None, rule: Rule, region: str, offset: float, index: Index, names: Mapping[str, str]) -> Change:
    firing = old is not None and old.state is AlertState.FIRING
    verdict = evaluate(rule, index.situation, region, firing=firing, offset=offset, index=index)
    if old is None and verdict.answer is not Answer.YES:
        return Change(None)
    return step(old, verdict, rule, region, index.situation.now, gather(verdict, region, names))


def _supersede(rules: tuple[Rule, ...], changes: Mapping[Key, Change], alerts: Mapping[Key, Alert]) -> dict[Key, Change]:
    """Keep quiet about what a graver rule already tells of in the same region."""
    firing = {key for key, change in changes.items() if change.alert and change.alert.state is AlertState.FIRING}
    hushed = {(weaker, region) for rule in rules for weaker in rule.supersedes for id_, region in firing if id_ == rule.id}
    return {key: _hush(change, alerts.get(key)) if key in hushed else change for key, change in changes.items()}


def _hush(change: Change, old: Alert | None) -> Change:
    if change.alert is None or change.kind is None:
        return Change(change.alert)
    untold = replace(
        change.alert,
        last_told=old.last_told if old else None,
        repeats=old.repeats if old else 0,
        facts=old.facts if old else None,
    )
    return Change(untold)


def _notify(
    rules: tuple[Rule, ...], changes: Mapping[Key, Change], alerts: Mapping[Key, Alert], now: datetime
) -> tuple[Notification, ...]:
    known = {rule.id: rule for rule in rules}
    bundles: dict[tuple[str, Kind, bool], list[Facts]] = defaultdict(list)
    for (rule_id, _), change in changes.items():
        if change.kind and change.facts:
            bundles[rule_id, change.kind, change.loud].append(change.facts)
    notifications = []
    for (rule_id, kind, loud), found in bundles.items():
        facts = tuple(sorted(found, key=lambda one: one.region))
        rule, places = known.get(rule_id), tuple(one.region for one in facts)
        severity = rule.severity if rule else max(alerts[rule_id, place].severity for place in places)
        notifications.append(Notification(rule_id, kind, now, severity, places, facts, loud, rule.title if rule else {}))
    return tuple(notifications)
