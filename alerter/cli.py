"""The command line."""

import argparse
import json
import logging
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from alerter import __version__
from alerter.clock import SystemClock
from alerter.config.load import ConfigError, Configuration, load
from alerter.config.settings import Settings, shipped_config
from alerter.config.yamlfile import Problem
from alerter.daemon import Daemon
from alerter.domain.examples import run_examples
from alerter.domain.model import FeedItem, Situation
from alerter.domain.news import read
from alerter.domain.scoring import evaluate
from alerter.domain.verdicts import evaluate as judge
from alerter.pipeline.tick import Knowledge, news_seen
from alerter.sinks.telegram import RedactingFilter, quiet_libraries
from alerter.store.database import StoreError, open_database
from alerter.store.journal import items_since, newest_forecasts
from alerter.store.outbox import load_alerts, owed
from alerter.store.schedule import all_sources

DONE, MISTAKES, USAGE, NO_START = 0, 1, 2, 3


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 mistakes found, 2 wrong usage, 3 could not start."""
    options = _parser().parse_args(arguments)
    _log()
    try:
        status = int(options.command(options))
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr if options.name != "check" else sys.stdout)
        status = MISTAKES if options.name == "check" else NO_START
    except (StoreError, OSError) as error:
        print(f"alerter: {error}", file=sys.stderr)  # noqa: T201
        status = NO_START
    sys.stdout.flush()
    logging.shutdown()
    # a source that hangs in a thread must not hold the process back
    os._exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alerter",
        description="Early warning where extreme cold meets a damaged or threatened power grid.",
        epilog="Without a Telegram token, `alerter run` prints its messages here. Begin with `alerter run` or `alerter check`.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="poll, decide and tell until stopped")
    run.add_argument("--once", action="store_true", help="one round, then exit")
    run.add_argument("--dry-run", action="store_true", help="print messages, send nothing")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", help="check the configuration: every mistake of every file, and the rules' examples")
    check.set_defaults(command=_check)
    init = commands.add_parser("init", help="copy the shipped configuration for editing")
    init.add_argument("directory", type=Path)
    init.set_defaults(command=_init)
    reader = commands.add_parser("read", help="what the reader makes of a text")
    reader.add_argument("text", nargs="?")
    reader.add_argument("--file", type=Path, help="JSON lines with id, date, title, lead")
    reader.set_defaults(command=_read)
    scorer = commands.add_parser("evaluate", help="score the reader on labelled JSON lines")
    scorer.add_argument("labels", type=Path)
    scorer.set_defaults(command=_evaluate)
    explain = commands.add_parser("explain", help="why each rule does or does not fire in a region")
    explain.add_argument("region")
    explain.add_argument("--at", type=datetime.fromisoformat, help="a moment with offset, default now")
    explain.set_defaults(command=_explain)
    status = commands.add_parser("status", help="sources, alerts and messages owed")
    status.set_defaults(command=_status)
    for each in (reader, scorer, explain, status, check):
        each.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    quiet_libraries()


def _print(text: str) -> None:
    print(text)  # noqa: T201 (this is the command line)


def _configuration() -> tuple[Settings, Configuration]:
    settings = Settings()
    return settings, load(settings.config_directory())


def _run(options: argparse.Namespace) -> int:
    settings, config = _configuration()
    engine = open_database(settings.database_url())
    daemon = Daemon(config, settings, engine, SystemClock(), dry_run=options.dry_run)
    return daemon.once() if options.once else daemon.run()


def _check(options: argparse.Namespace) -> int:
    settings, config = _configuration()
    path = settings.config_directory() / "rules.yaml"
    failures = [Problem(str(path), 1, "examples", str(failure)) for failure in run_examples(config.rules)]
    for failure in failures:
        _print(json.dumps({"file": failure.file, "what": failure.what}) if options.json else str(failure))
    if not failures and not options.json:
        _print(f"{path.parent}: {len(config.rules)} rules, {len(config.feeds.feeds)} feeds: all right")
    return MISTAKES if failures else DONE


def _init(options: argparse.Namespace) -> int:
    if options.directory.exists() and any(options.directory.iterdir()):
        _print(f"{options.directory} is not empty; name a new directory")
        return USAGE
    shutil.copytree(shipped_config(), options.directory, dirs_exist_ok=True)
    _print(f"copied to {options.directory}; start with ALERTER_CONFIG={options.directory} alerter run")
    return DONE


def _items(options: argparse.Namespace) -> list[FeedItem]:
    now = SystemClock().now()
    if options.file is None:
        text = options.text if options.text is not None else sys.stdin.read()
        return [FeedItem("text", "1", text, "", "", now, now)]
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_labelled(row, now) for row in rows]


def _labelled(row: dict[str, str], now: datetime) -> FeedItem:
    published = datetime.fromisoformat(row["date"]) if row.get("date") else None
    if published and published.tzinfo is None:
        published = published.replace(tzinfo=now.tzinfo)
    title, lead = row.get("title") or "", row.get("lead") or row.get("summary") or ""
    return FeedItem(row.get("source") or "", row["id"], title, lead, "", published, published or now)


def _read(options: argparse.Namespace) -> int:
    _, config = _configuration()
    country = config.regions.country
    for item in _items(options):
        reports = [report for report in read(item, config.lexicon) if report.certainty]
        regions = sorted({region for report in reports for region in report.regions or {country}})
        details = [
            {
                "event": report.event.value,
                "regions": sorted(report.regions) or [country],
                "certainty": report.certainty.label,
                "evidence": [{"start": span.start, "end": span.end, "text": span.text} for span in report.evidence],
            }
            for report in reports
        ]
        if options.json:
            events = sorted({report.event.value for report in reports})
            _print(json.dumps({"id": item.guid, "events": events, "regions": regions, "reports": details}, ensure_ascii=False))
            continue
        _print(f"{item.title}\n{item.summary}".strip())
        for report in reports:
            words = ", ".join(f"“{span.text}”" for span in report.evidence)
            where = ", ".join(sorted(report.regions)) or f"{country} (whole country)"
            _print(f"  {report.event.value}: {where}; {report.certainty.label}; says so: {words}")
        if not reports:
            _print("  nothing that counts")
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    _, config = _configuration()
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines() if line.strip()]
    _print(json.dumps(evaluate(rows, config.lexicon, config.regions.country), ensure_ascii=False, indent=2, default=str))
    return DONE


def _situation(config: Configuration, settings: Settings, now: datetime) -> Situation:
    knowledge = Knowledge(config)
    with open_database(settings.database_url()).begin() as connection:
        knowledge.add_items(
            item for _, item in items_since(connection, datetime.min.replace(tzinfo=now.tzinfo)) if item.observed <= now
        )
        knowledge.add_forecasts(forecast for _, forecast in newest_forecasts(connection, datetime.min.replace(tzinfo=now.tzinfo)))
        seen = news_seen([row for row in all_sources(connection) if row.id in config.source_names])
    return knowledge.situation(now, seen)


def _explain(options: argparse.Namespace) -> int:
    settings, config = _configuration()
    if options.region not in config.offsets:
        _print(f"{options.region} is no enabled region; write one of {', '.join(config.offsets)}")
        return USAGE
    situation = _situation(config, settings, options.at or SystemClock().now())
    for rule in config.rules:
        verdict = judge(rule, situation, options.region, offset=config.offsets[options.region])
        _print(f"{rule.id}: {verdict.answer.value}")
        _tree(verdict, 1)
    return DONE


def _tree(verdict: object, depth: int) -> None:
    answer, reason, margin = (getattr(verdict, name) for name in ("answer", "reason", "margin"))
    _print(f"{'  ' * depth}{answer.value}: {reason}" + (f" ({margin})" if margin else ""))
    for report in getattr(verdict, "reports", ())[:5]:
        _print(f"{'  ' * (depth + 1)}{report.at:%Y-%m-%d %H:%M}Z {report.owner or report.source}: {report.title} {report.url}")
    for child in getattr(verdict, "children", ()):
        _tree(child, depth + 1)


def _status(options: argparse.Namespace) -> int:
    settings, config = _configuration()
    with open_database(settings.database_url()).begin() as connection:
        rows, alerts, waiting = all_sources(connection), load_alerts(connection), owed(connection)
    if options.json:
        sources = [{"id": row.id, "failures": row.failures, "error": row.last_error} for row in rows]
        _print(json.dumps({"sources": sources, "alerts": [list(key) for key in alerts], "owed": waiting}))
        return DONE
    for row in rows:
        seen = f"{row.fetched_ok_at:%Y-%m-%d %H:%M}Z" if row.fetched_ok_at else "never"
        _print(f"{row.id:24} {'error' if row.failures else 'ok':6} seen {seen}  {row.last_error or ''}")
    for (rule, region), alert in sorted(alerts.items()):
        _print(f"{alert.state.value} {rule} in {region} since {alert.since:%Y-%m-%d %H:%M}Z")
    _print(f"{len(config.rules)} rules; {len(alerts)} alerts; {waiting} messages owed")
    return DONE
