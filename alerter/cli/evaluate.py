"""`alerter evaluate LABELS.jsonl`: scores the reader on labelled texts."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alerter.cli.common import DONE, Commands, Progress, configuration, json_lines, json_option, say
from alerter.domain.scoring import EVENTS, evaluate

_DESCRIPTION = """\
Score the reader on labelled texts: precision, recall and F1 of each event and language, regions, and every miss. A line
is {"id", "date", "lang", "title", "lead", "events", "regions", "sure"}; those with "sure": false are scored apart."""
_EPILOG = """\
examples:
  alerter evaluate labels.jsonl
  ALERTER_CONFIG=my-config alerter evaluate labels.jsonl --no-misses    with words of your own
"""
_SHOWN = 300


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "evaluate",
        help="score the reader on labelled JSON lines",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("labels", type=Path, metavar="LABELS.jsonl", help="texts with what a person read in them")
    parser.add_argument("--no-misses", action="store_true", help="print the scores alone")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the scores."""
    _, config = configuration()
    rows = json_lines(options.labels)
    with Progress() as bar:
        result = evaluate(
            rows, config.lexicon, config.regions.country, lambda done: bar.portion(done / len(rows), f"{done} items")
        )
    if options.no_misses:
        result["misses"] = result["unsure"]["misses"] = []
    if options.json:
        say(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        say("\n".join(_lines(result)))
    return DONE


def _lines(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['items']} sure items"
    yield from _table(result["scores"])
    exact = result["regions_exact"]
    if exact is not None:
        yield f"regions: exactly the same set in {exact:.1%} of the items whose event was found"
        yield "  F1 of each: " + ", ".join(f"{code} {scores['f1']:.2f}" for code, scores in result["regions"].items())
    unsure = result["unsure"]
    if unsure["items"]:
        micro = unsure["scores"].get("micro", {"f1": 0.0})
        yield f"{unsure['items']} items that people may read otherwise, apart: micro F1 {micro['f1']:.3f}"
    for miss in result["misses"]:
        yield from _miss(miss)


def _table(scores: dict[str, Any]) -> Iterator[str]:
    languages = [key.removeprefix("lang:") for key in scores if key.startswith("lang:")]
    yield f"{'':16}{'precision':>10}{'recall':>8}{'F1':>7}{'n':>6}  " + "".join(f"{'F1 ' + each:>8}" for each in languages)
    for event in (*EVENTS, "micro"):
        row = scores.get(event)
        if row:
            apart = [scores.get(f"lang:{each}" if event == "micro" else f"{event}:{each}") for each in languages]
            cells = "".join(f"{each['f1']:8.3f}" if each else f"{'-':>8}" for each in apart)
            yield f"{event:16}{row['precision']:10.3f}{row['recall']:8.3f}{row['f1']:7.3f}{row['n']:6}  {cells}"


def _miss(miss: dict[str, Any]) -> Iterator[str]:
    wrong = [f"+{event}" for event in miss["got"] if event not in miss["expected"]]
    wrong += [f"-{event}" for event in miss["expected"] if event not in miss["got"]]
    if miss["expected_regions"] != miss["got_regions"]:
        wrong.append(f"regions {' '.join(miss['got_regions']) or '-'} for {' '.join(miss['expected_regions']) or '-'}")
    yield f"\n{miss['id']}: {', '.join(wrong)}"
    yield f"  {miss['title']} | {miss['lead']}"[:_SHOWN]
    for event, words in miss["evidence"].items():
        yield f"  {event}: {', '.join(f'“{word}”' for word in words)}"
    for event, why in miss["why_not"].items():
        yield f"  {event} {why}"
