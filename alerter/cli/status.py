"""`alerter status`: sources, alerts and messages owed."""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from alerter.cli.common import DONE, Commands, configuration, json_option, say
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.domain.forecasts import in_use
from alerter.domain.model import Forecast
from alerter.pipeline.knowledge import Knowledge
from alerter.store.database import open_database
from alerter.store.journal import forecast_heads
from alerter.store.outbox import load_alerts, owed
from alerter.store.schedule import all_sources

_WINDOW = timedelta(days=2)


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("status", help="sources, alerts and messages owed")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what the database knows."""
    settings, config = configuration()
    now = SystemClock().now()
    with open_database(settings.database_url(), reading=True).begin() as connection:
        rows, alerts, waiting = all_sources(connection), load_alerts(connection), owed(connection)
        knowledge = Knowledge(config)
        knowledge.add_forecasts(forecast_heads(connection, now - _WINDOW))
    used = in_use(knowledge.situation(now, None))
    if options.json:
        sources = [{"id": row.id, "failures": row.failures, "error": row.last_error} for row in rows]
        forecasts = {
            region: {"provider": one.provider, "made": one.made.isoformat()} if one else None for region, one in used.items()
        }
        say(json.dumps({"sources": sources, "forecasts": forecasts, "alerts": [list(key) for key in alerts], "owed": waiting}))
        return DONE
    for row in rows:
        seen = f"{row.fetched_ok_at:%Y-%m-%d %H:%M}Z" if row.fetched_ok_at else "never"
        say(f"{row.id:24} {'error' if row.failures else 'ok':6} seen {seen}  {row.last_error or ''}")
    for line in _forecast_lines(config, used):
        say(line)
    for (rule, region), alert in sorted(alerts.items()):
        say(f"{alert.state.value} {rule} in {region} since {alert.since:%Y-%m-%d %H:%M}Z")
    say(f"{len(config.rules)} rules; {len(alerts)} alerts; {waiting} messages owed")
    return DONE


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
