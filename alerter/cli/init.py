"""`alerter init DIR`: a copy of the shipped configuration, for editing."""

import argparse
import shutil
from pathlib import Path

from alerter.cli.common import DONE, USAGE, Commands, say
from alerter.config.settings import shipped_config


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("init", help="copy the shipped configuration for editing")
    parser.add_argument("directory", type=Path)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Copy the configuration into a new or empty directory."""
    if options.directory.exists() and any(options.directory.iterdir()):
        say(f"{options.directory} is not empty; name a new directory")
        return USAGE
    shutil.copytree(shipped_config(), options.directory, dirs_exist_ok=True)
    say(f"copied to {options.directory}; start with ALERTER_CONFIG={options.directory} alerter run")
    return DONE
