"""`alerter explain REGION`: why each rule does or does not fire."""

import argparse
import json
from datetime import datetime

from alerter.cli.arguments import moment
from alerter.cli.common import DONE, Commands, configuration, json_option, refuse, say
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.config.settings import Settings
from alerter.domain.model import Situation, Verdict
from alerter.domain.verdicts import evaluate
from alerter.pipeline.knowledge import Knowledge, news_seen
from alerter.store.database import open_database
from alerter.store.journal import items_since, newest_bulletins, newest_forecasts
from alerter.store.schedule import all_sources

_DESCRIPTION = """\
Print the verdict of each rule for a region as a tree: yes, no or unknown at each node, its reason, and how far it is from
turning. It reads the daemon's database, which may be at work."""
_EPILOG = """\
examples:
  alerter explain UA-63
  alerter explain UA-63 --at 2026-01-28T19:05:00Z    as it was known then
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain", help="why each rule does or does not fire in a region", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("region", metavar="REGION", help="a code of regions.yaml")
    parser.add_argument("--at", type=moment, help="a moment (default: now)")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the verdict of each rule as a tree."""
    settings, config = configuration()
    if options.region not in config.offsets:
        return refuse(f"{options.region} is no enabled region; write one of {', '.join(config.offsets)}")
    situation = _situation(config, settings, options.at or SystemClock().now())
    for rule in config.rules:
        verdict = evaluate(rule, situation, options.region, offset=config.offsets[options.region])
        if options.json:
            say(json.dumps({"rule": rule.id} | _json(verdict), ensure_ascii=False))
            continue
        say(f"{rule.id}: {verdict.answer.value}")
        _tree(verdict, 1)
    return DONE


def _situation(config: Configuration, settings: Settings, now: datetime) -> Situation:
    knowledge = Knowledge(config)
    with open_database(settings.database_url(), reading=True).begin() as connection:
        knowledge.add_items(
            item for _, item in items_since(connection, datetime.min.replace(tzinfo=now.tzinfo)) if item.observed <= now
        )
        knowledge.add_forecasts(forecast for _, forecast in newest_forecasts(connection, datetime.min.replace(tzinfo=now.tzinfo)))
        bulletins = newest_bulletins(connection, datetime.min.replace(tzinfo=now.tzinfo)).values()
        knowledge.add_bulletins(bulletin for _, bulletin in bulletins if bulletin.observed <= now)
        seen = news_seen([row for row in all_sources(connection) if row.id in {feed.id for feed in config.feeds.feeds}])
    return knowledge.situation(now, seen)


def _json(verdict: Verdict) -> dict[str, object]:
    reports = [
        {
            "at": report.at.isoformat() if report.at else None,
            "owner": report.owner or report.source,
            "title": report.title,
            "url": report.url,
        }
        for report in verdict.reports
    ]
    about = {"answer": verdict.answer.value, "reason": verdict.reason, "margin": verdict.margin}
    return about | {"reports": reports, "children": [_json(child) for child in verdict.children]}


def _tree(verdict: Verdict, depth: int) -> None:
    say(f"{'  ' * depth}{verdict.answer.value}: {verdict.reason}" + (f" ({verdict.margin})" if verdict.margin else ""))
    for report in verdict.reports[:5]:
        when = f"{report.at:%Y-%m-%d %H:%M}Z" if report.at else "undated"
        say(f"{'  ' * (depth + 1)}{when} {report.owner or report.source}: {report.title} {report.url}")
    for child in verdict.children:
        _tree(child, depth + 1)
