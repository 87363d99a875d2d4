"""`alerter check --online`: asks each source and the Bot API once, and says what each answered."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from functools import partial

from alerter.cli.common import DONE, MISTAKES, Progress, say
from alerter.clock import SystemClock
from alerter.config.files import Feed, Provider, WarningSource
from alerter.config.load import Configuration
from alerter.config.settings import Settings
from alerter.sources import met_norway, meteoalarm, open_meteo, telegram_preview
from alerter.sources.feeds import FeedState, SourceError, poll_feed
from alerter.sources.http import Fetcher, FetchError
from alerter.sources.parser import ParserProcess
from alerter.sources.weather import Place, WeatherError

_THREADS = 16
Row = tuple[str, bool, str]


def check_online(settings: Settings, config: Configuration, *, as_json: bool) -> int:
    """Ask everything once; nothing is stored and nothing is sent."""
    rows: list[Row] = []

    def told(row: Row) -> None:
        rows.append(row)
        name, well, answer = row
        say(json.dumps({"asked": name, "well": well, "answer": answer}, ensure_ascii=False) if as_json else _line(*row))

    _ask_sources(config, told)
    chats = sorted({one.telegram for one in config.receivers} - {"console"})
    token = settings.token()
    if token:
        from alerter.sinks.inspection import inspect  # noqa: PLC0415 (the Bot API's library takes long to load)

        inspect(token, settings.telegram_api, chats, told)
    elif chats:
        told(("the bot", False, "no token: name its file in ALERTER_TELEGRAM_TOKEN_FILE"))
    failed = sum(not well for _, well, _ in rows)
    if not as_json:
        say(f"{len(rows)} asked, {len(rows) - failed} well" + (f", {failed} not" if failed else ""))
    return MISTAKES if failed else DONE


def _ask_sources(config: Configuration, told: Callable[[Row], None]) -> None:
    now = SystemClock().now()
    fetcher = Fetcher(frozenset(config.feeds.private_hosts) | frozenset(config.weather.private_hosts))
    parser = ParserProcess()
    jobs = {feed.id: partial(_feed, fetcher, parser, feed, now) for feed in config.feeds.feeds if feed.enabled}
    jobs |= {provider.key: partial(_provider, fetcher, provider, config, now) for provider in config.weather.providers}
    jobs |= {source.id: partial(_warnings, fetcher, source, now) for source in config.weather.warnings}
    with ThreadPoolExecutor(_THREADS) as threads, Progress() as progress:
        running = {threads.submit(_well, job): name for name, job in jobs.items()}
        for number, future in enumerate(as_completed(running), 1):
            progress.hide()
            told((running[future], *future.result()))
            progress.portion(number / len(jobs), f"{number} of {len(jobs)} asked")
    parser.close()


def _well(job: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, job()
    except (SourceError, FetchError, WeatherError) as error:
        return False, str(error)


def _feed(fetcher: Fetcher, parser: ParserProcess, feed: Feed, now: datetime) -> str:
    state = FeedState()
    polled = (
        telegram_preview.poll_feed(fetcher, feed, state, now)
        if feed.kind == "telegram"
        else poll_feed(fetcher, parser, feed, state, now)
    )
    newest = max((item.published for item in polled.items if item.published), default=None)
    undated = sum(item.published is None for item in polled.items)
    parts = [f"{len(polled.items)} items", f"newest of {newest:%Y-%m-%d %H:%M}Z" if newest else "none with a date"]
    return ", ".join(parts + ([f"{undated} without a date"] if newest and undated else []))


def _provider(fetcher: Fetcher, provider: Provider, config: Configuration, now: datetime) -> str:
    region = next(one for one in config.regions.regions if one.enabled)
    point = region.points[0]
    places = [Place(region.id, point.name, point.latitude, point.longitude)]
    if provider.provider == "met-norway":
        kept = met_norway.fetch(fetcher, places[0], contact=config.weather.contact, now=now, base_url=provider.url)
        forecasts = [kept.forecast]
    else:
        models, days = provider.models, provider.days
        answers = open_meteo.fetch(fetcher, provider.url, places, models=models, days=days, provider=provider.key, now=now)
        forecasts = list(answers.forecasts)
    if not forecasts:
        raise WeatherError(f"no forecast for {point.name}")
    return f"{point.name}: {len(forecasts[0].members)} runs of {len(forecasts[0].members[0])} hours"


def _warnings(fetcher: Fetcher, source: WarningSource, now: datetime) -> str:
    heard = meteoalarm.fetch(fetcher, source.url, source=source.id, now=now, etag=None, last_modified=None, details={})
    return "a list of warnings" if heard.bulletin else "no change"


def _line(name: str, well: bool, answer: str) -> str:  # noqa: FBT001 (one line of a table)
    return f"{'ok   ' if well else 'error'} {name:24} {answer}"
