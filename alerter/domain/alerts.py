"""From verdicts to alerts: what begins, what changed, what is over, and what people are told of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from alerter.domain.evidence import expected
from alerter.domain.independence import groups
from alerter.domain.memory import EVER, Index, Place
from alerter.domain.model import (
    Alert,
    AlertState,
    Answer,
    Certainty,
    Facts,
    Kind,
    Notification,
    Reason,
    Report,
    Situation,
    Told,
    Verdict,
)
from alerter.domain.notify import Change, Key, notify
from alerter.domain.reasons import because, changes, unseen
from alerter.domain.rules import Rule
from alerter.domain.verdicts import deciding, holds, judge

BLIND_LIMIT = timedelta(hours=24)
HELD_EVERY = timedelta(minutes=10)
MOST_TOLD, MOST_CLAIMS = 8, 2
_NOTHING = Change(None)


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
    begun = replace(begun, last_held=_held(begun, now))
    if now - begun.since < rule.for_:
        return Change(begun)
    return _alert(replace(begun, state=AlertState.FIRING, since=now), now, facts)


def _held(alert: Alert, now: datetime) -> datetime:
    """Note only now and then that an alert still holds, so that a tick in which nothing happens writes nothing."""
    return now if now - alert.last_held >= HELD_EVERY else alert.last_held


def _alert(alert: Alert, now: datetime, facts: Facts) -> Change:
    return Change(replace(alert, last_told=now, repeats=0, facts=facts), Kind.ALERT, loud=True, facts=facts)


def _hold(alert: Alert, rule: Rule, now: datetime, facts: Facts) -> Change:
    louder = rule.severity > alert.severity
    if alert.over_since or alert.blind_since or louder or alert.severity != rule.severity or _held(alert, now) != alert.last_held:
        alert = replace(alert, last_held=_held(alert, now), over_since=None, blind_since=None, severity=rule.severity)
    told = alert.facts
    if alert.last_told is None or told is None:
        return _alert(alert, now, facts)
    changed = changes(told, facts, now)
    if louder:
        return _again(replace(alert, repeats=-1), now, facts, (Reason("severity"), *changed))
    if _due(alert, rule, now, 1):
        return _again(alert, now, facts, (Reason("repeat"), *changed))
    if changed:
        return Change(replace(alert, facts=facts), Kind.UPDATE, facts=replace(facts, reasons=changed))
    return Change(alert)


def _due(alert: Alert, rule: Rule, now: datetime, share: float) -> bool:
    """Tell whether `share` of the time has passed after which an alert is repeated."""
    if not rule.repeat or alert.last_told is None:
        return False
    return now - alert.last_told >= share * rule.repeat[min(alert.repeats, len(rule.repeat) - 1)]


def _again(alert: Alert, now: datetime, facts: Facts, reasons: tuple[Reason, ...]) -> Change:
    alert = replace(alert, last_told=now, repeats=alert.repeats + 1, facts=facts)
    return Change(alert, Kind.UPDATE, loud=True, facts=replace(facts, reasons=reasons))


def _fade(alert: Alert, rule: Rule, now: datetime, facts: Facts) -> Change:
    over_since = alert.over_since or now
    if alert.over_since and alert.blind_since:
        over_since += now - alert.blind_since  # only time seen with fresh data counts towards an all-clear
    alert = replace(alert, over_since=over_since, blind_since=None)
    if now - over_since >= rule.keep_firing_for:
        ended = replace(alert.facts or facts, blind_since=None, blind_of="", why=facts.why, reasons=facts.reasons)
        return Change(None, Kind.CANCEL, loud=True, facts=ended) if alert.last_told else Change(None)
    return _sight(alert, now, facts)


def _wait(alert: Alert, now: datetime, facts: Facts) -> Change:
    alert = replace(alert, blind_since=alert.blind_since or now)
    blind = alert.blind_since or now
    spell = alert.facts.spell if alert.facts else None
    if now > max(alert.last_held + BLIND_LIMIT, blind + BLIND_LIMIT, spell.ends if spell else now - BLIND_LIMIT):
        ended = replace(alert.facts or facts, blind_since=facts.blind_since or blind, blind_of=facts.blind_of, why=facts.why)
        return Change(None, Kind.EXPIRE, loud=True, facts=ended) if alert.last_told else Change(None)
    return _sight(alert, now, facts)


def _sight(alert: Alert, now: datetime, facts: Facts) -> Change:
    """Tell silently when the data ran out or came back."""
    told = alert.facts
    if told is None or (told.blind_since is None) == (alert.blind_since is None):
        return Change(alert)
    since = (facts.blind_since or alert.blind_since) if alert.blind_since else None
    seen = replace(told, blind_since=since, blind_of=facts.blind_of if since else "")
    return Change(replace(alert, facts=seen), Kind.UPDATE, facts=replace(seen, reasons=changes(told, seen, now)))


def gather(verdict: Verdict, region: str, sources: Mapping[str, str]) -> Facts:
    """Gather what a message about `region` rests on: first one report of each independent group."""
    grouped = groups(sorted(verdict.reports, key=lambda r: (r.at or EVER, r.source, r.item)))
    firsts = [group[0] for group in grouped]
    ordered = [*firsts, *(report for group in grouped for report in group[1:])][:MOST_TOLD]
    certainty = max((report.certainty for report in verdict.reports), default=Certainty.LIKELY)
    if verdict.spell:
        certainty = min(certainty, Certainty.LIKELY)
    told = tuple(_told(report, sources) for report in ordered)
    why = deciding(verdict).reason
    spell = verdict.spell and replace(verdict.spell, provider=sources.get(verdict.spell.provider, verdict.spell.provider))
    return Facts(region, certainty.label, spell, told, len(grouped), why=why, published=_published(verdict))


def _published(verdict: Verdict) -> datetime | None:
    moments = [_public(report) for report in verdict.reports]
    if verdict.spell:
        moments.append(min(verdict.spell.issued or verdict.spell.observed, verdict.spell.observed))
    return max(moments, default=None)


def _public(report: Report) -> datetime:
    return min(report.published or report.observed, report.observed)


def _told(report: Report, sources: Mapping[str, str]) -> Told:
    name = sources.get(report.source, report.source)
    return Told(_public(report), name, report.title, report.url, report.certainty.label, report.event.value)


def decide(
    rules: tuple[Rule, ...],
    situation: Situation,
    alerts: Mapping[Key, Alert],
    regions: Mapping[str, float],
    sources: Mapping[str, str] | None = None,
) -> tuple[dict[Key, Alert], tuple[Notification, ...]]:
    """Take every alert one tick further; `regions` maps an enabled region to its cold offset in degrees."""
    index, names = Index(situation), sources or {}
    found: dict[Key, Change] = {}
    for rule in rules:
        of_rule: dict[Key, Change] = {}
        for region, offset in regions.items():
            if not rule.regions or region in rule.regions:
                old = alerts.get((rule.id, region))
                firing = old is not None and old.state is AlertState.FIRING
                change = _advance(rule, old, Place(index, region, firing, offset), names)
                if change.alert or old:
                    of_rule[rule.id, region] = change
        found |= _together(rule, of_rule, situation.now)
    told = _supersede(rules, found, alerts, situation.now)
    for key, alert in alerts.items():
        if key not in told:
            kind = Kind.EXPIRE if alert.last_told else None
            facts = replace(alert.facts or Facts(alert.region), reasons=(Reason("removed"),))
            told[key] = Change(None, kind, loud=True, facts=facts)
    kept = {key: change.alert for key, change in told.items() if change.alert}
    return kept, notify(rules, told, alerts, situation.now)


def _advance(rule: Rule, old: Alert | None, place: Place, names: Mapping[str, str]) -> Change:
    # most rules hold nowhere most of the time, and nobody reads why: one condition that fails is enough
    if old is None and not holds(rule.when, place):
        return _NOTHING
    judged, region = judge(rule, place), place.region
    answer, situation = judged.verdict.answer, place.index.situation
    facts = judged.once(lambda verdict: gather(verdict, region, names))
    claims, _ = place.index.truces(region)
    if claims and any(map(expected, judged.verdict.reports)):
        facts = replace(facts, truce=tuple(_told(claim, names) for claim in claims[: -MOST_CLAIMS - 1 : -1]))
    if answer is Answer.UNKNOWN:
        of, since = unseen(judged.verdict, rule.when, situation, region)
        facts = replace(facts, blind_of=of, blind_since=since)
    if answer is Answer.NO:
        facts = replace(facts, reasons=(because(judged.verdict, rule.when, place.offset),))
    return step(old, judged.verdict, rule, region, situation.now, facts)


def _together(rule: Rule, found: dict[Key, Change], now: datetime) -> dict[Key, Change]:
    """Repeat with one region the others that were told a good while ago: one message a day, not one a region and day."""
    if not any(change.facts and Reason("repeat") in change.facts.reasons for change in found.values()):
        return found
    joined = dict(found)
    for key, change in found.items():
        alert = change.alert
        if alert and alert.facts and not change.loud and alert.state is AlertState.FIRING and _due(alert, rule, now, 0.5):
            reasons = (Reason("repeat"), *(change.facts.reasons if change.facts else ()))
            joined[key] = _again(alert, now, alert.facts, reasons)
    return joined


def _supersede(
    rules: tuple[Rule, ...], found: Mapping[Key, Change], alerts: Mapping[Key, Alert], now: datetime
) -> dict[Key, Change]:
    """Keep quiet about what a graver rule tells of in the same region; speak up again when that one has ended."""
    firing = {key for key, change in found.items() if change.alert and change.alert.state is AlertState.FIRING}
    hushed = {(weaker, region) for rule in rules for weaker in rule.supersedes for id_, region in firing if id_ == rule.id}
    told = {}
    for key, change in found.items():
        old = alerts.get(key)
        if key in hushed:
            told[key] = _hush(change, old)
        else:
            told[key] = _speak(change, now) if old and old.hushed else change
    return told


def _hush(change: Change, old: Alert | None) -> Change:
    if change.alert is None:
        return Change(None)
    quiet = replace(change.alert, hushed=change.alert.state is AlertState.FIRING)
    if change.kind is None:
        return Change(quiet)
    last_told, repeats, facts = (old.last_told, old.repeats, old.facts) if old else (None, 0, None)
    return Change(replace(quiet, last_told=last_told, repeats=repeats, facts=facts))


def _speak(change: Change, now: datetime) -> Change:
    """What was hushed holds on its own again: that the graver danger is over must not be taken for an all-clear."""
    if change.alert is None:
        return Change(None)
    alert = replace(change.alert, hushed=False)
    if change.kind is Kind.ALERT or alert.facts is None or alert.last_told is None:
        return replace(change, alert=alert)
    reasons = change.facts.reasons if change.facts else ()
    return _again(alert, now, alert.facts, (Reason("takes_over"), *reasons))
