"""The story to tell: who publishes what when, and the weather that comes. Read from `demo.yaml` of a configuration."""

import math
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from alerter.config.files import Feeds, Name, Strict, Weather
from alerter.config.load import ConfigError, Configuration
from alerter.config.yamlfile import Problem, read_yaml
from alerter.domain.model import Receiver

_COLDEST, _WARMEST = 6, 14  # local hours


class Outlet(Strict):
    """Who publishes: a feed, or a Telegram channel read through its preview page."""

    id: Name
    name: str
    language: str
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    kind: Literal["feed", "telegram"] = "feed"


class Post(Strict):
    """What an outlet publishes, and when."""

    at: AwareDatetime
    outlet: str
    title: str
    text: str = ""


class Day(Strict):
    """The lowest temperature of a night, about 06:00, and the highest of the day, about 14:00, in degrees Celsius."""

    date: date
    night: float
    day: float


class Climate(Strict):
    """The weather of the story; `milder` is added for a region."""

    days: list[Day] = Field(min_length=2)
    milder: dict[str, float] = Field(default_factory=dict)


class Subscriber(Strict):
    """Who reads along."""

    id: str
    language: Literal["en", "uk"]
    regions: list[str]


class Story(Strict):
    """`demo.yaml`."""

    start: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    regions: list[str] = Field(min_length=1)
    subscribers: list[Subscriber] = Field(min_length=1)
    outlets: list[Outlet] = Field(min_length=1)
    weather: Climate
    posts: list[Post]

    @model_validator(mode="after")
    def _known(self) -> "Story":
        unknown = {post.outlet for post in self.posts} - {outlet.id for outlet in self.outlets}
        if unknown:
            raise ValueError(f"posts of {', '.join(sorted(unknown))}: write the id of one of the outlets")
        return self

    def published(self, outlet: str, now: datetime) -> list[Post]:
        """Return what an outlet has published by `now`, oldest first."""
        return sorted((post for post in self.posts if post.outlet == outlet and post.at <= now), key=lambda post: post.at)

    def temperature(self, region: str, at: datetime, zone: ZoneInfo) -> float:
        """Return the temperature at a moment: a cosine from each night's lowest to the day's highest and down again."""
        marks = [
            (datetime(day.date.year, day.date.month, day.date.day, hour, tzinfo=zone), value)
            for day in self.weather.days
            for hour, value in ((_COLDEST, day.night), (_WARMEST, day.day))
        ]
        later = next((i for i, (moment, _) in enumerate(marks) if moment > at), len(marks) - 1) or 1
        (begin, first), (end, last) = marks[later - 1], marks[later]
        share = min(1.0, max(0.0, (at - begin) / (end - begin)))
        return first + (last - first) * (1 - math.cos(math.pi * share)) / 2 + self.weather.milder.get(region, 0.0)


def read_story(directory: Path) -> Story:
    """Return the story of a configuration directory.

    Raises:
        ConfigError: when `demo.yaml` is missing or has mistakes.
    """
    document = read_yaml(directory / "demo.yaml")
    if isinstance(document, Problem):
        raise ConfigError([document])
    try:
        return Story.model_validate(document.data)
    except ValidationError as error:
        raise ConfigError([document.problem(tuple(each["loc"]), each["msg"]) for each in error.errors()]) from None


def configured(config: Configuration, story: Story, url: str) -> Configuration:
    """Return `config` with its sources and receivers replaced by those of the story, served at `url`."""
    feeds = [
        {
            "id": outlet.id,
            "url": f"{url}/{'s' if outlet.kind == 'telegram' else 'feed'}/{outlet.id}",
            "language": outlet.language,
            "owner": outlet.name,
            "reliability": outlet.reliability,
            "kind": outlet.kind,
            "every": "10m",
        }
        for outlet in story.outlets
    ]
    weather = {"provider": "open-meteo-ensemble", "name": "Open-Meteo (ensemble)", "url": f"{url}/v1/ensemble", "every": "6h"}
    private = {"private_hosts": ["127.0.0.1"]}
    kept = [region for region in config.regions.regions if region.id in story.regions]
    return replace(
        config,
        feeds=Feeds.model_validate({"feeds": feeds} | private),
        weather=Weather.model_validate({"contact": "demo", "providers": [weather]} | private),
        regions=config.regions.model_copy(update={"regions": kept}),
        receivers=tuple(
            Receiver(one.id, str(number), one.language, frozenset(one.regions)) for number, one in enumerate(story.subscribers, 1)
        ),
    )
