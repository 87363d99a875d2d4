"""`alerter check`: every mistake of every configuration file, and the rules' own examples."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from alerter.cli.common import DONE, MISTAKES, Commands, environment, json_option, say
from alerter.cli.online import check_online
from alerter.config.load import diagnose
from alerter.config.schemas import schemas
from alerter.config.yamlfile import Problem

_EPILOG = """\
Each line is `file:line: key — what is wrong, and what to write instead`. Mistakes keep the daemon from starting; an
example that fails, or a warning, does not, but a running daemon keeps its old configuration until the examples hold.
The directory is $ALERTER_CONFIG, or what the package ships; `alerter init DIR` copies that for editing.

examples:
  alerter check                   all files, all mistakes, all examples of rules.yaml
  alerter check --strict          warnings count as mistakes (for a pipeline)
  alerter check --online          ask every feed, forecast and the Bot API once, and say what each answered
  alerter check --schema schema   write the JSON Schemas by which editors complete and check the files
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check",
        help="check the configuration: every mistake of every file, and the rules' examples",
        description="Read every file of a configuration as the daemon would, and run the rules' own examples.",
        epilog=_EPILOG,
    )
    parser.add_argument("--strict", action="store_true", help="let warnings count as mistakes")
    parser.add_argument("--online", action="store_true", help="also ask each source and the Bot API once; nothing is sent")
    parser.add_argument(
        "--schema", nargs="?", const="-", metavar="DIR", help="write the JSON Schemas of the files into DIR, or print them"
    )
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, or that all is right."""
    if options.schema:
        return _write_schemas(options.schema)
    settings = environment()
    directory = settings.config_directory()
    found = diagnose(directory)
    wrong = sorted([*found.mistakes, *found.failures])
    for problem in [*wrong, *found.warnings]:
        say(_json(problem) if options.json else str(problem))
    if found.config and not wrong and not options.json:
        examples = sum(len(rule.examples) for rule in found.config.rules)
        rules, feeds = len(found.config.rules), len(found.config.feeds.feeds)
        doubts = f"{len(found.warnings)} warnings" if found.warnings else "all right"
        say(f"{directory}: {rules} rules with {examples} examples (run in {found.seconds:.2f} s), {feeds} feeds: {doubts}")
    online = check_online(settings, found.config, as_json=options.json) if options.online and found.config else DONE
    return MISTAKES if wrong or online or (options.strict and found.warnings) else DONE


def _json(problem: Problem) -> str:
    return json.dumps(asdict(problem), ensure_ascii=False)


def _write_schemas(where: str) -> int:
    if where == "-":
        say(json.dumps(schemas(), ensure_ascii=False, indent=2))
        return DONE
    Path(where).mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (Path(where) / f"{name}.json").write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"{where}: {', '.join(f'{name}.json' for name in schemas())}")
    return DONE
