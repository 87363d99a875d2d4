"""`alerter explain REGION`: why each rule does or does not fire."""

import argparse
from datetime import datetime

from alerter.cli.common import DONE, USAGE, Commands, configuration, json_option, say
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.config.settings import Settings
from alerter.domain.model import Situation, Verdict
from alerter.domain.verdicts import evaluate
from alerter.pipeline.knowledge import Knowledge, news_seen
from alerter.store.database import open_database
from alerter.store.journal import items_since, newest_bulletins, newest_forecasts
from alerter.store.schedule import all_sources


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("explain", help="why each rule does or does not fire in a region")
    parser.add_argument("region")
    parser.add_argument("--at", type=datetime.fromisoformat, help="a moment with offset, default now")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the verdict of each rule as a tree."""
    settings, config = configuration()
    if options.region not in config.offsets:
        say(f"{options.region} is no enabled region; write one of {', '.join(config.offsets)}")
        return USAGE
    situation = _situation(config, settings, options.at or SystemClock().now())
    for rule in config.rules:
        verdict = evaluate(rule, situation, options.region, offset=config.offsets[options.region])
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


def _tree(verdict: Verdict, depth: int) -> None:
    say(f"{'  ' * depth}{verdict.answer.value}: {verdict.reason}" + (f" ({verdict.margin})" if verdict.margin else ""))
    for report in verdict.reports[:5]:
        say(f"{'  ' * (depth + 1)}{report.at:%Y-%m-%d %H:%M}Z {report.owner or report.source}: {report.title} {report.url}")
    for child in verdict.children:
        _tree(child, depth + 1)
