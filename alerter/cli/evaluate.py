"""`alerter evaluate LABELS.jsonl`: scores the reader on labelled texts."""

import argparse
import json
from pathlib import Path

from alerter.cli.common import DONE, Commands, configuration, json_lines, json_option, say
from alerter.domain.scoring import evaluate


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("evaluate", help="score the reader on labelled JSON lines")
    parser.add_argument("labels", type=Path)
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the scores."""
    _, config = configuration()
    scores = evaluate(json_lines(options.labels), config.lexicon, config.regions.country)
    say(json.dumps(scores, ensure_ascii=False, indent=2, default=str))
    return DONE
