"""`alerter replay JOURNAL…`: what the rules would have said in a time that is past."""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from alerter.cli.arguments import moment, span
from alerter.cli.common import DONE, MISTAKES, Commands, Progress, configuration, json_option, say
from alerter.config.load import Configuration
from alerter.domain.html import plain
from alerter.domain.model import Notification
from alerter.domain.verification import Happening
from alerter.pipeline.compose import messages_of
from alerter.replay.expect import read_expectations
from alerter.replay.journal import Journal
from alerter.replay.lines import stamp
from alerter.replay.player import Ticks, play
from alerter.replay.summary import Outcome, difference, score_json, score_lines
from alerter.replay.truth import read_truth

_DESCRIPTION = """\
Play a journal through the daemon's own code on a clock of its own, and print each message that the rules would have sent.
A journal has one observation a line (JSON lines, perhaps .gz); `alerter journal` makes them."""
_EPILOG = """\
Beside NAME.jsonl, NAME.expect.yaml may say what must and must not be told; exit status 1 says that it was not so.

examples:
  alerter replay winter.jsonl                              every message in full
  alerter replay winter.jsonl --brief --score truth.csv    one line a message, then hits, misses and false alarms
  alerter replay winter.jsonl --brief --compare new.yaml   which alerts other rules would have changed
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "replay", help="what the rules would have said in the past, scored", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "journals", nargs="+", type=Path, metavar="JOURNAL", help="a file of observations, or several that belong together"
    )
    parser.add_argument(
        "--from", dest="first", type=moment, metavar="TIME", help="the first tick; what was observed before is known by then"
    )
    parser.add_argument("--to", dest="last", type=moment, metavar="TIME", help="the last tick (default: at the last line)")
    parser.add_argument(
        "--every", type=span, metavar="LENGTH", default=timedelta(minutes=15), help="how often to decide (default 15m)"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="rules other than the configuration's")
    parser.add_argument("--lexicon", type=Path, metavar="DIR", help="a lexicon other than the configuration's")
    parser.add_argument("--score", type=Path, metavar="TRUTH.csv", help="what happened: start,end,regions,event")
    parser.add_argument(
        "--compare", type=Path, metavar="RULES2.yaml", help="other rules: both summaries, and the alerts that differ"
    )
    parser.add_argument("--language", metavar="LANG", default="en", help="of the messages (default en)")
    parser.add_argument("--brief", action="store_true", help="one line a message")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Replay, report, and tell whether the expectations hold."""
    _, config = configuration(rules=options.rules, lexicon=options.lexicon)
    other = configuration(rules=options.compare, lexicon=options.lexicon)[1] if options.compare else None
    truth = read_truth(options.score, config.offsets, config.region_names) if options.score else None
    expected = read_expectations(options.journals)
    journal = Journal(options.journals, config)
    messages = messages_of(config)

    def text(message: Notification) -> str:
        return plain(messages.render(message, options.language, regions=message.regions))

    def tell(message: Notification) -> None:
        say(_json(message, text(message)) if options.json else _shown(message, "" if options.brief else text(message)))

    outcome = _play(config, journal, options, tell)
    _report(outcome, journal, truth, options)
    if other:
        _compare(outcome, _play(other, journal, options, lambda _: None), truth, options)
    journal.close()
    failures = expected.failures((message, text(message)) for message in outcome.told) if expected else []
    for failure in failures:
        say(json.dumps({"failure": failure}) if options.json else failure)
    if expected and not failures and not options.json:
        say("as expected")
    return MISTAKES if failures else DONE


def _play(config: Configuration, journal: Journal, options: argparse.Namespace, tell: Callable[[Notification], None]) -> Outcome:
    ticks = Ticks.over(journal, options.every, options.first, options.last)
    outcome = Outcome(config, ticks.first, ticks.last)
    with Progress(ticks.last - ticks.first) as progress:
        for message in play(config, journal, ticks, lambda now: progress.show(now - ticks.first, f"{now:%Y-%m-%d}")):
            progress.hide()
            outcome.told.append(message)
            tell(message)
    return outcome


def _json(message: Notification, text: str) -> str:
    about = {"at": stamp(message.at), "kind": message.kind.value, "rule": message.rule, "severity": message.severity.label}
    return json.dumps(about | {"regions": list(message.regions), "text": text}, ensure_ascii=False)


def _shown(message: Notification, text: str) -> str:
    silent = "" if message.loud else " (silent)"
    head = (
        f"{message.at:%Y-%m-%d %H:%M}Z {message.kind}{silent} {message.severity.label} {message.rule} {' '.join(message.regions)}"
    )
    return f"{head}\n\n{text}\n" if text else head


def _report(outcome: Outcome, journal: Journal, truth: list[Happening] | None, options: argparse.Namespace) -> None:
    scored = outcome.scores(truth) if truth is not None else []
    if options.json:
        for score in scored:
            say(json.dumps({"score": score_json(score)}, ensure_ascii=False))
        return
    say("")
    for line in (*_origin(journal), *outcome.summary(), *(score_lines(scored) if truth is not None else ())):
        say(line)


def _origin(journal: Journal) -> list[str]:
    observed = any(meta.weather == "observed" for meta in journal.metas)
    warning = ["! the weather of this journal is what came, not what was forecast: real forecasts would have been worse"]
    silent = "" if journal.polled else "the journal does not say when sources answered: news counts as heard throughout"
    return [*(warning if observed else ()), *(meta.note for meta in journal.metas if meta.note), *([silent] if silent else ())]


def _compare(one: Outcome, other: Outcome, truth: list[Happening] | None, options: argparse.Namespace) -> None:
    differing = difference(one.periods, other.periods)
    if options.json:
        say(json.dumps({"differences": differing}, ensure_ascii=False))
        return
    say(f"\nwith {options.compare}:")
    for line in other.summary():
        say(line)
    if truth is not None:
        totals = [
            (which, score) for which, outcome in (("1", one), ("2", other)) for score in outcome.scores(truth) if not score.region
        ]
        totals.sort(key=lambda row: (row[1].rule, row[1].event, row[0]))
        for line in score_lines([replace(score, rule=f"{score.rule} [{which}]") for which, score in totals]):
            say(line)
    for line in differing or ["no alert differs"]:
        say(line)
