"""The shape of `rules.yaml`, and the rules it means. Every mistake of every rule is told at once."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationError

from alerter.config.conditions import Entry
from alerter.config.files import Level, Name, Span, Strict
from alerter.config.measures import Degrees, Share, Speed, Sure, What, many, pattern
from alerter.config.mistakes import at, mistakes_of
from alerter.domain import rules
from alerter.domain.model import Answer, Certainty, Mistake

_LEAP = 2024
Rating = Literal["A", "B", "C", "D", "E", "F"]


def _titles(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError("names no language; write {en: ..., uk: ...}")
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip():
            raise at(str(language), "has no text; a title with a comma stands between double quotes")
    return value


def _day(value: str) -> str:
    try:
        good = bool(re.fullmatch(r"\d\d-\d\d", value) and date.fromisoformat(f"{_LEAP}-{value}"))
    except ValueError:
        good = False
    if not good:
        raise ValueError("is no day of the year; write month and day, like 11-01")
    return value


Day = Annotated[str, AfterValidator(_day), pattern(r"\d\d-\d\d", "11-01")]


class GivenCold(Strict):
    """The forecast of an example; outside such spells it is 0 degrees."""

    cold: Degrees
    """So cold."""
    starts: Span = timedelta(0)
    """From so long after now."""
    lasting: Span
    """For so long."""
    chance: Share = 1.0
    """In this share of the runs."""
    wind: Speed | None = None
    """With so much wind."""

    def build(self) -> rules.Given:
        """Return what is given."""
        return rules.GivenCold(self.cold, self.starts, self.lasting, self.chance, self.wind)


class GivenNews(Strict):
    """A report of an example."""

    news: What
    """The event claimed."""
    ago: Span
    """So long ago."""
    source: str
    """By this source; any name will do."""
    owner: str = ""
    """Whose source; the source's own name when not written."""
    origin: str = ""
    """The authority the text cites, when it does."""
    reliability: Rating = "B"
    """Admiralty scale."""
    certainty: Sure = Certainty.OBSERVED
    """How sure the text is; unlikely is a denial."""
    elsewhere: bool = False
    """Of another region."""

    def build(self) -> rules.Given:
        """Return what is given."""
        owner = self.owner or self.source
        rest = (self.origin, self.reliability, self.certainty, self.elsewhere)
        return rules.GivenNews(self.news, self.ago, self.source, owner, *rest)


class GivenOfficial(Strict):
    """A warning of a weather service in an example."""

    official: str
    """The hazard."""
    level: Literal["yellow", "orange", "red", "minor", "moderate", "severe", "extreme"]
    """Its level."""
    starts: Span = timedelta(0)
    """From so long after now."""
    lasting: Span = timedelta(hours=24)
    """For so long."""

    def build(self) -> rules.Given:
        """Return what is given."""
        return rules.GivenOfficial(self.official, self.level, self.starts, self.lasting)


class GivenUnseen(Strict):
    """Data that ran out in an example."""

    unseen: Literal["forecast", "news", "official"]
    """What has not been seen."""
    lasting: Span
    """For so long."""

    def build(self) -> rules.Given:
        """Return what is given."""
        return rules.Unseen(self.unseen, self.lasting)


def _kind_of_given(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else getattr(value, "__dict__", ())
    return next((f"Given{kind.title()}" for kind in ("cold", "news", "official", "unseen") if kind in keys), None)


class ExampleEntry(Strict):
    """A small situation and what should come of it; `alerter check` runs it."""

    name: str
    """A sentence that says what it shows."""
    given: list[
        Annotated[
            Annotated[GivenCold, Tag("GivenCold")]
            | Annotated[GivenNews, Tag("GivenNews")]
            | Annotated[GivenOfficial, Tag("GivenOfficial")]
            | Annotated[GivenUnseen, Tag("GivenUnseen")],
            Discriminator(
                _kind_of_given,
                custom_error_type="given",
                custom_error_message="is nothing that can be given; begin it with cold, news, official or unseen",
            ),
        ]
    ]
    """Forecast, reports, warnings; what is not written is mild, fresh and quiet."""
    then: Literal["alert", "quiet", "unknown"]
    """What the rule answers."""
    firing: bool = False
    """Whether the alert stands already (hysteresis applies)."""
    at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] = "2026-01-15"
    """The day on which it happens, at noon UTC."""

    def build(self) -> rules.Example:
        """Return the example."""
        then = {"alert": Answer.YES, "quiet": Answer.NO, "unknown": Answer.UNKNOWN}[self.then]
        noon = datetime.fromisoformat(self.at).replace(hour=12, tzinfo=UTC)
        return rules.Example(self.name, tuple(each.build() for each in self.given), then, self.firing, noon)


class Season(Strict):
    """The part of the year in which new alerts may begin; it may run over the new year."""

    start: Day
    """First day, like 11-01."""
    end: Day
    """Last day, like 04-15."""


class RuleEntry(Strict):
    """When to tell people, how loudly and for how long."""

    id: Name
    """Its name in messages and commands."""
    title: Annotated[dict[str, str], BeforeValidator(_titles), Field(min_length=1)]
    """The headline in each language, between double quotes if it has a comma."""
    severity: Level
    """How bad it is for people (CAP 1.2)."""
    when: Entry
    """The condition."""
    for_: Span = Field(default=timedelta(0), alias="for")
    """The condition must hold so long before the alert."""
    keep_firing_for: Span
    """The condition must be gone so long, seen with fresh data, before the all-clear."""
    repeat: Annotated[list[Span], BeforeValidator(many, json_schema_input_type=Span | list[Span])] = Field(default=[])
    """Tell again after so long; a list is a ladder, its last step is kept."""
    supersedes: list[str] = Field(default=[])
    """Rules that keep quiet where this one fires."""
    regions: list[str] = Field(default=[])
    """Only in these regions; empty means all."""
    season: Season | None = None
    """New alerts only in this part of the year."""
    examples: list[ExampleEntry] = Field(default=[])
    """What it should do; `alerter check` runs them."""

    def build(self) -> rules.Rule:
        """Return the rule."""
        return rules.Rule(
            self.id,
            self.title,
            self.severity,
            self.when.build(),
            self.for_,
            self.keep_firing_for,
            tuple(self.repeat),
            frozenset(self.supersedes),
            frozenset(self.regions),
            (self.season.start, self.season.end) if self.season else None,
            tuple(example.build() for example in self.examples),
        )


class Rules(Strict):
    """`rules.yaml`."""

    rules: list[RuleEntry]
    """The rules, in the order in which they are shown."""


def parse_rules(data: Any) -> tuple[dict[int, rules.Rule], list[Mistake]]:
    """Return the rules that are well written by their place in the file, and the mistakes of the others."""
    raw = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(raw, list):
        return {}, [Mistake((), "is no mapping with a list `rules`; write `rules:` and the rules under it")]
    mistakes = [Mistake((str(key),), "unknown key; write `rules`, or remove it") for key in data if key != "rules"]
    found: dict[int, rules.Rule] = {}
    for number, each in enumerate(raw):
        try:
            found[number] = RuleEntry.model_validate(each).build()
        except ValidationError as error:
            inner = mistakes_of(error, RuleEntry)
            mistakes += [Mistake(("rules", number, *mistake.path), mistake.what) for mistake in inner]
    return found, mistakes
