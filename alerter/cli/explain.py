"""`alerter explain REGION`: why each rule does or does not fire there."""

import argparse
import json
import os
import sys
from datetime import UTC

from alerter.cli.arguments import moment
from alerter.cli.common import DONE, Commands, configuration, json_option, refuse, say
from alerter.cli.tree import Words, answer_json
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.domain.explanation import Explanation, explain
from alerter.domain.memory import Index
from alerter.domain.model import AlertState
from alerter.domain.whereabouts import nearest_names, regions_meant
from alerter.pipeline.asof import AsOf, as_of
from alerter.store.database import open_database

_DESCRIPTION = """\
Print the verdict of each rule for a region as a tree: yes, no or unknown at each node, its reason, and how far it is from
turning; the evidence with links; what would end it; and how old all that is. It reads the daemon's database, which may be
at work. A rule whose alert stands is asked with its softer threshold, as the daemon does.

REGION is a code (UA-63), a name in any language (Kharkiv Oblast, Харківська область, Харьковская область) or a town of it
in any form (kharkiv, у Чугуєві).

The nearest rule that does not fire is the one that misses least. A cold condition misses the degrees by which the
forecast is too mild, in tenths of 10 °C and 1 at most; news the share of the independent sources that is not there; an
official warning 1. `all` adds up what its conditions miss, `any` takes the least of them."""
_EPILOG = """\
examples:
  alerter explain UA-63
  alerter explain суми --at 2026-01-28T19:05:00Z    as it was known then (forecasts: as far as weather.yaml keeps them)
  alerter explain kyiv --json                       for machines
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain", help="why each rule does or does not fire in a region", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("region", nargs="+", metavar="REGION", help="a code, a name or a town")
    parser.add_argument("--at", type=moment, help="a moment of the past (default: now)")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the verdict of each rule as a tree."""
    settings, config = configuration()
    words, now = " ".join(options.region), SystemClock().now()
    meant = _meant(words, config)
    if len(meant) != 1 or meant[0] not in config.offsets:
        return refuse(_unclear(words, meant, config))
    if options.at and options.at > now:
        return refuse(f"{options.at:%Y-%m-%d %H:%M %Z} is still to come; write a moment of the past")
    region = meant[0]
    with open_database(settings.database_url(), reading=True).begin() as connection:
        known = as_of(connection, config, region, (options.at or now).astimezone(UTC), past=options.at is not None)
    found = _explanations(config, known, region)
    if options.json:
        say(json.dumps(answer_json(config, region, known, found), ensure_ascii=False))
        return DONE
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in Words(config, known, colour=colour).answer(region, found):
        say(line)
    return DONE


def _names(config: Configuration) -> dict[str, dict[str, str]]:
    return {code: called for code, called in config.region_names.items() if code != config.regions.country}


def _meant(words: str, config: Configuration) -> list[str]:
    return regions_meant(words, _names(config), config.lexicon)


def _unclear(words: str, meant: list[str], config: Configuration) -> str:
    """Return why it is not clear which region is meant, or why nothing is known of it."""
    names = _names(config)
    shown = ", ".join(f"{code} ({names[code]['en']})" for code in meant or nearest_names(words, names))
    if len(meant) == 1:
        return f"{shown} is not enabled in regions.yaml: no forecast is asked for there, and no rule watches it"
    if meant:
        return f"{words!r} means several regions; write one of {shown}"
    return f"{words!r} is no region; write {shown or ', '.join(config.offsets)}"


def _explanations(config: Configuration, known: AsOf, region: str) -> list[Explanation]:
    index = Index(known.situation)
    firing = {rule for rule, alert in known.alerts.items() if alert.state is AlertState.FIRING}
    return [
        explain(rule, index, region, firing=rule.id in firing, offset=config.offsets[region])
        for rule in config.rules
        if not rule.regions or region in rule.regions
    ]
