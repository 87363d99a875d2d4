"""`alerter init DIR`: a copy of the shipped configuration, for editing."""

import argparse
import shutil
from pathlib import Path

from alerter.cli.common import DONE, Commands, refuse, say
from alerter.config.settings import shipped_config

_DESCRIPTION = """\
Copy what the package ships into a directory of yours: feeds, weather, regions, lexicon, rules, receivers, templates, and
the schemas by which editors complete them. Name it in ALERTER_CONFIG, and `alerter check` after each change."""
_EPILOG = """\
example:
  alerter init my-config && ALERTER_CONFIG=my-config alerter check
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "init", help="copy the shipped configuration for editing", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="a new or empty directory")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Copy the configuration into a new or empty directory."""
    if options.directory.exists() and any(options.directory.iterdir()):
        return refuse(f"{options.directory} is not empty; name a new directory")
    shutil.copytree(shipped_config(), options.directory, dirs_exist_ok=True)
    say(f"copied to {options.directory}; write your chats into its receivers.yaml, then:")
    say(f"  ALERTER_CONFIG={options.directory} alerter check")
    return DONE
