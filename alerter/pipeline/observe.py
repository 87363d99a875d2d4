"""How the daemon and its sources are: for `alerter status`, the status page and the metrics alike."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerter import __version__
from alerter.config.load import Configuration
from alerter.domain import health
from alerter.domain.forecasts import in_use
from alerter.domain.health import SourceState
from alerter.domain.model import Alert, Forecast
from alerter.pipeline.knowledge import Knowledge
from alerter.store.chats import ChatState, chat_states
from alerter.store.journal import forecast_heads
from alerter.store.outbox import load_alerts, owed, owed_by_receiver
from alerter.store.schedule import SourceRow, all_sources

_WINDOW = timedelta(days=2)
_LATE = timedelta(minutes=30)
"""A source whose last answer is older than this, and than three of its intervals, is stale: is a daemon running?"""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source, with its state (ok, stale, error, new, off), and when it answered, its newest item was, and it brought news."""

    id: str
    state: str
    fetched: datetime | None
    newest: datetime | None
    changed: datetime | None
    next_due: datetime | None
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ReceiverStatus:
    """One receiver: ok, waiting (Telegram wants its chat to be left alone until then) or disabled (it refused us; `why`)."""

    id: str
    state: str
    owed: int
    until: datetime | None = None
    why: str | None = None


@dataclass(frozen=True)
class Overview:
    """Everything at one moment."""

    now: datetime
    sources: tuple[SourceStatus, ...]
    forecasts: Mapping[str, Forecast | None]
    receivers: tuple[ReceiverStatus, ...]
    alerts: tuple[Alert, ...]
    owed: int


def overview(config: Configuration, connection: Connection, now: datetime) -> Overview:
    """Return how everything is at `now`, by what the database knows."""
    knowledge = Knowledge(config)
    knowledge.add_forecasts(forecast_heads(connection, now - _WINDOW))
    alerts = tuple(alert for _, alert in sorted(load_alerts(connection).items()))
    sources = tuple(source_states(config, all_sources(connection), now))
    waiting = owed_by_receiver(connection)
    chats, unknown = chat_states(connection), ChatState()
    receivers = tuple(_receiver(one.id, chats.get(one.id, unknown), waiting.get(one.id, 0), now) for one in config.receivers)
    return Overview(now, sources, in_use(knowledge.situation(now, None)), receivers, alerts, owed(connection))


def _receiver(name: str, chat: ChatState, owed: int, now: datetime) -> ReceiverStatus:
    until = chat.blocked_until if chat.blocked_until and chat.blocked_until > now else None
    state = "disabled" if chat.disabled else "waiting" if until else "ok"
    return ReceiverStatus(name, state, owed, until, chat.why if chat.disabled else None)


def source_states(config: Configuration, rows: Iterable[SourceRow], now: datetime) -> Iterator[SourceStatus]:
    """Yield the state of every source that is configured or was ever polled, by name."""
    known = {row.id: row for row in rows}
    every = {feed.id: feed.every for feed in config.feeds.feeds if feed.enabled}
    every |= {one.key: one.every for one in config.weather.providers} | {one.id: one.every for one in config.weather.warnings}
    off = {feed.id for feed in config.feeds.feeds if not feed.enabled}
    for name in sorted(known.keys() | every.keys() | off):
        row = known.get(name)
        state = _state(row, every[name], now) if name in every else "off"
        if row is None:
            yield SourceStatus(name, state, None, None, None, None, 0, None)
        else:
            clocks = (row.fetched_ok_at, row.newest_item_at, row.content_changed_at)
            yield SourceStatus(name, state, *clocks, row.next_due, row.failures, row.last_error)


def _state(row: SourceRow | None, every: timedelta, now: datetime) -> str:
    if row is None:
        return SourceState.NEW
    found = health.state(row.fetched_ok_at, row.content_changed_at, row.failures, now)
    late = row.fetched_ok_at and now - row.fetched_ok_at > max(3 * every, _LATE)
    return SourceState.STALE if found is SourceState.OK and late else found


def lines(config: Configuration, seen: Overview) -> Iterator[str]:
    """Yield the status as people read it."""
    for source in seen.sources:
        if source.state != "off":
            clocks = "  ".join(f"{name} {_age(at, seen.now):>6}" for name, at in _clocks(source))
            yield f"{source.id:24} {source.state:6} {clocks}  {source.error or ''}".rstrip()
    yield from _forecast_lines(config, seen.forecasts)
    for receiver in seen.receivers:
        until = f" until {receiver.until:%Y-%m-%d %H:%M}Z" if receiver.until else ""
        yield f"to {receiver.id:21} {receiver.state}{until}, {receiver.owed} messages owed  {receiver.why or ''}".rstrip()
    for alert in seen.alerts:
        yield f"{alert.state.value} {alert.rule} in {alert.region} since {alert.since:%Y-%m-%d %H:%M}Z"
    count = Counter(source.state for source in seen.sources)
    states = ", ".join(f"{count[state]} {state}" for state in (*SourceState, "off") if count[state])
    yield f"sources: {states}; {len(config.rules)} rules; {len(seen.alerts)} alerts; {seen.owed} messages owed"


def _clocks(source: SourceStatus) -> tuple[tuple[str, datetime | None], ...]:
    return ("read", source.fetched), ("newest", source.newest), ("changed", source.changed)


def _age(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    seconds = max(0, round((now - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _forecast_lines(config: Configuration, used: Mapping[str, Forecast | None]) -> Iterator[str]:
    """Say which provider the forecast now comes from, and where no forecast can be trusted."""
    first = config.weather.providers[0].key
    providers: dict[str, list[Forecast]] = defaultdict(list)
    for forecast in filter(None, used.values()):
        providers[forecast.provider].append(forecast)
    for provider, found in providers.items():
        oldest, name = min(forecast.made for forecast in found), config.source_names.get(provider, provider)
        stands_in = "" if provider == first else f", standing in for {config.source_names[first]}"
        yield f"forecast from {name} of {oldest:%Y-%m-%d %H:%M}Z for {len(found)} of {len(used)} regions{stands_in}"
    if blind := [region for region, forecast in used.items() if forecast is None]:
        yield f"no forecast that can be trusted for {', '.join(blind)}"


def as_json(seen: Overview) -> dict[str, Any]:
    """Return the status for programs; moments are ISO 8601 with offset."""
    forecasts = {
        region: {"provider": one.provider, "made": one.made.isoformat()} if one else None
        for region, one in seen.forecasts.items()
    }
    alerts = [
        {"rule": one.rule, "region": one.region, "state": one.state.value, "severity": one.severity.label, "since": one.since}
        for one in seen.alerts
    ]
    return {
        "now": seen.now,
        "sources": [asdict(one) for one in seen.sources],
        "forecasts": forecasts,
        "receivers": [asdict(one) for one in seen.receivers],
        "alerts": alerts,
        "owed": seen.owed,
    }


def metrics(seen: Overview) -> Iterator[str]:
    """Yield the status in Prometheus' text format (version 0.0.4)."""
    firing = Counter((alert.rule, alert.state.value) for alert in seen.alerts)
    yield from _metric("build_info", "Version that runs.", [({"version": __version__}, 1)])
    watched = [source for source in seen.sources if source.state != "off"]
    states = [({"source": one.id, "state": state}, int(one.state == state)) for one in watched for state in SourceState]
    yield from _metric("source_state", "1 for the state that a source is in.", states)
    yield from _metric("source_failures", "Failed polls in a row.", [({"source": one.id}, one.failures) for one in watched])
    ages = [
        ({"source": one.id, "clock": name}, round((seen.now - at).total_seconds(), 1))
        for one in watched
        for name, at in _clocks(one)
        if at
    ]
    yield from _metric("source_age_seconds", "Since a source was read, since its newest item, since it changed.", ages)
    yield from _metric(
        "alerts", "Alerts by rule and state.", [({"rule": r, "state": s}, n) for (r, s), n in sorted(firing.items())]
    )
    blind = sum(forecast is None for forecast in seen.forecasts.values())
    yield from _metric("regions_without_forecast", "Regions without a forecast that can be trusted.", [({}, blind)])
    owed = [({"receiver": one.id}, one.owed) for one in seen.receivers]
    yield from _metric("deliveries_owed", "Messages that are not delivered yet.", owed)
    refused = [({"receiver": one.id}, int(one.state == "disabled")) for one in seen.receivers]
    yield from _metric("receiver_disabled", "1 for a receiver whose chat refused us.", refused)


def _metric(name: str, explained: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    yield f"# HELP alerter_{name} {explained}"
    yield f"# TYPE alerter_{name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"alerter_{name}{{{inside}}} {value}" if inside else f"alerter_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
