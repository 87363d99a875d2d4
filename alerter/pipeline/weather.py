"""The weather half of polling: forecasts from each link of the chain, official warnings, and forgetting old forecasts."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from alerter.clock import Clock
from alerter.config.files import Provider, WarningSource
from alerter.config.load import Configuration
from alerter.domain import warnings
from alerter.domain.forecasts import LIMIT, degraded
from alerter.domain.model import Forecast
from alerter.sources import met_norway, meteoalarm, open_meteo
from alerter.sources.http import Fetcher
from alerter.sources.weather import Answers, Place, WeatherError
from alerter.store.journal import add_bulletin, add_forecasts, last_forecasts, thin_forecasts
from alerter.store.schedule import SourceRow, keep_claim

log = logging.getLogger(__name__)
_SOONER = timedelta(minutes=30)  # a place that was refused is asked for again
_THINNED_EVERY = timedelta(hours=1)

Job = Callable[[SourceRow, datetime], dict[str, Any]]


class WeatherDesk:
    """Asks weather services, and journals what they say unless it is worse than what they said before."""

    def __init__(self, config: Configuration, engine: Engine, clock: Clock, fetcher: Fetcher, holder: str) -> None:
        """Remember nothing of the providers yet; `holder` is who claims the sources."""
        self._config, self._engine, self._clock, self._fetcher, self._holder = config, engine, clock, fetcher, holder
        self._places = [
            Place(region.id, point.name, point.latitude, point.longitude)
            for region in config.regions.regions
            if region.enabled
            for point in region.points
        ]
        self._kept: dict[str, dict[Place, met_norway.Kept]] = {}
        self._details: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._thinned: datetime | None = None
        if "example." in config.weather.contact and any(one.provider == "met-norway" for one in config.weather.providers):
            log.warning("weather.yaml: `contact` is an example; MET Norway may refuse requests until it is yours")

    def jobs(self) -> dict[str, tuple[timedelta, Job]]:
        """Return each source's name with how often it is asked and how."""
        forecasts = {provider.key: (provider.every, self._forecast_job(provider)) for provider in self._config.weather.providers}
        official = {source.id: (source.every, self._warnings_job(source)) for source in self._config.weather.warnings}
        return forecasts | official

    def _forecast_job(self, provider: Provider) -> Job:
        def job(row: SourceRow, now: datetime) -> dict[str, Any]:
            answers = self._ask(provider, now)
            with self._engine.begin() as connection:
                keep_claim(connection, row.id, self._holder)
                last = last_forecasts(connection, provider.key, now - LIMIT)
                good, worse = _sift(answers.forecasts, last, now)
                add_forecasts(connection, good)
                self._thin(connection, now)
            if worse and not good and not answers.unchanged:
                raise WeatherError(next(iter(worse.values())), answers.retry_after)
            refused = {place.point: reason for place, reason in answers.refused.items()} | worse
            changed = {"content_changed_at": now if good else row.content_changed_at}
            newest = max((forecast.made for forecast in good), default=row.newest_item_at)
            return changed | {"newest_item_at": newest} | _complaint(refused, len(self._places), provider, answers)

        return job

    def _ask(self, provider: Provider, now: datetime) -> Answers:
        if provider.provider == "met-norway":
            return met_norway.fetch_all(
                self._fetcher,
                self._places,
                contact=self._config.weather.contact,
                now=now,
                kept=self._kept.setdefault(provider.key, {}),
                pause=self._clock.wait,
                provider=provider.key,
                base_url=provider.url,
            )
        models, days = provider.models, provider.days
        return open_meteo.fetch(
            self._fetcher, provider.url, self._places, models=models, days=days, provider=provider.key, now=now
        )

    def _warnings_job(self, source: WarningSource) -> Job:
        gazetteer = self._config.gazetteer(source)

        def job(row: SourceRow, now: datetime) -> dict[str, Any]:
            heard = meteoalarm.fetch(
                self._fetcher,
                source.url,
                source=source.id,
                now=now,
                etag=row.etag,
                last_modified=row.last_modified,
                details=self._details.setdefault(source.id, {}),
            )
            changes = {"etag": heard.etag, "last_modified": heard.last_modified}
            if heard.bulletin is None:
                return changes
            found, problems = warnings.read(heard.bulletin, gazetteer)
            if problems and not found:
                raise WeatherError(problems[0])
            with self._engine.begin() as connection:
                keep_claim(connection, row.id, self._holder)
                fresh = add_bulletin(connection, heard.bulletin)
            newest = max((one.sent for one in found if one.sent), default=row.newest_item_at)
            error = f"{len(problems)} warnings cannot be read: {problems[0]}"[:300] if problems else None
            changed = now if fresh else row.content_changed_at
            return changes | {"newest_item_at": newest, "content_changed_at": changed, "last_error": error}

        return job

    def _thin(self, connection: Any, now: datetime) -> None:
        if self._thinned and now - self._thinned < _THINNED_EVERY:
            return
        self._thinned = now
        keep = self._config.weather.keep
        gone = thin_forecasts(connection, now - keep.every_run, now - keep.one_a_day)
        if gone:
            log.info("%d old forecasts forgotten", gone)


def _sift(
    fresh: Iterable[Forecast], last: Mapping[tuple[str, str], Forecast], now: datetime
) -> tuple[list[Forecast], dict[str, str]]:
    """Part forecasts from those that would replace a better one; the latter by their point, with the reason."""
    good: list[Forecast] = []
    worse: dict[str, str] = {}
    for forecast in fresh:
        reason = degraded(forecast, last.get((forecast.region, forecast.point)), now)
        if reason:
            worse[forecast.point] = reason
        else:
            good.append(forecast)
    return good, worse


def _complaint(refused: Mapping[str, str], asked: int, provider: Provider, answers: Answers) -> dict[str, Any]:
    """Return what to note, and when to ask again, when some places were refused and others were not."""
    if not refused:
        return {}
    point, reason = next(iter(refused.items()))
    text = f"{len(refused)} of {asked} places refused, {point}: {reason}"[:300]
    log.warning("%s: %s", provider.key, text)
    return {"last_error": text, "next_in": answers.retry_after, "sooner": min(provider.every, _SOONER)}
