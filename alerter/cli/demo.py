"""`alerter demo`: a week of frost and strikes, told by the daemon's own code over loopback."""

import argparse
import json
import logging
import os
import sys
from zoneinfo import ZoneInfo

from alerter.cli.common import DONE, Commands, configuration, json_option, refuse, say
from alerter.clock import monotonic
from alerter.demo.botapi import Told
from alerter.demo.play import Scene, play
from alerter.demo.story import read_story
from alerter.domain.html import plain

_DESCRIPTION = """\
Serve the story of demo.yaml as feeds, channel pages and forecasts on this machine's loopback, let the daemon's own code
live through it on a clock that runs ahead, and print what happens and what a subscriber sees."""
_EPILOG = """\
examples:
  alerter demo                  read along with the first subscriber
  alerter demo --language uk    with one who reads Ukrainian
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "demo",
        help="watch a story: frost, a warning, a claimed pause, an attack; takes seconds, sends nothing",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument(
        "--language", metavar="LANG", help="read along with the subscriber of this language only (the first one's, if not given)"
    )
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Tell the story."""
    settings, config = configuration()
    story = read_story(settings.config_directory())
    readers = [one.id for one in story.subscribers if options.language in {None, one.language}]
    if not readers:
        languages = ", ".join(sorted({one.language for one in story.subscribers}))
        return refuse(f"nobody in demo.yaml reads {options.language}; write one of {languages}")
    logging.getLogger("alerter").setLevel(logging.ERROR)
    screen = _Screen(config.zone, readers[0])
    began = monotonic()
    play(config, story, _print_json if options.json else screen.show)
    if not options.json:
        days, seconds = (story.until - story.start).days, monotonic() - began
        say(f"An exercise: {days} days in {seconds:.0f} s; {screen.told} messages and edits to {readers[0]}.")
    return DONE


def _print_json(scene: Scene) -> None:
    if scene.told is None:
        return
    told, kind = scene.told, "new" if scene.told.before is None else "edit"
    row = {"at": scene.at.isoformat(), "to": scene.subscriber, "kind": kind, "silent": told.silent, "message": told.message}
    say(json.dumps(row | {"text": plain(told.html)}, ensure_ascii=False))


class _Screen:
    """Posts as one dim line each, messages in full, edits by the lines that changed."""

    def __init__(self, zone: ZoneInfo, reader: str) -> None:
        self._zone, self._reader = zone, reader
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self.told = 0

    def show(self, scene: Scene) -> None:
        """Print the scene."""
        at = f"{scene.at.astimezone(self._zone):%a %d %b %H:%M}"
        if scene.post:
            say(self._style("2", f"{at}  {scene.post.outlet}: {scene.post.title}"))
        if scene.told and scene.subscriber == self._reader:
            self._tell(at, scene.told)

    def _tell(self, at: str, told: Told) -> None:
        self.told += 1
        lines, what = plain(told.html).splitlines(), "silent message" if told.silent else "message"
        if told.before is not None:
            old = set(plain(told.before).splitlines())
            lines, what = [line for line in lines if line not in old], "silent edit; what changed"
        say(self._style("1", f"\n{at}  → {self._reader}, {what}"))
        say("\n".join(f"  ┃ {line}" for line in lines) + "\n")

    def _style(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text
