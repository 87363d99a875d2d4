"""`alerter check`: every mistake of every configuration file, and the rules' own examples."""

import argparse
import json

from alerter.cli.common import DONE, MISTAKES, Commands, configuration, json_option, say
from alerter.config.yamlfile import Problem
from alerter.domain.examples import run_examples


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check the configuration: every mistake of every file, and the rules' examples")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, or that all is right."""
    settings, config = configuration()
    path = settings.config_directory() / "rules.yaml"
    failures = [Problem(str(path), 1, "examples", str(failure)) for failure in run_examples(config.rules)]
    for failure in failures:
        say(json.dumps({"file": failure.file, "what": failure.what}) if options.json else str(failure))
    if not failures and not options.json:
        say(f"{path.parent}: {len(config.rules)} rules, {len(config.feeds.feeds)} feeds: all right")
    return MISTAKES if failures else DONE
