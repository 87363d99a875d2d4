"""The shape of a rule's conditions as people write them: a cold, news, an official warning, and what joins them."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from alerter.config.files import Span, Strict
from alerter.config.measures import Degrees, DegreeSum, Share, Sure, What, many
from alerter.config.mistakes import at
from alerter.domain import rules
from alerter.domain.model import Certainty

_KINDS = "cold, news, official, all, any, none, at_least"


def _known(value: Any) -> Any:
    every = (*rules.SPELLS, *rules.LEVELS, *rules.TOTALS)
    if value not in every:
        close = get_close_matches(str(value), every, 1)
        raise ValueError(f"is no quantity; write {close[0] if close else ', '.join(every)}")
    return value


def _alone(value: Any) -> Any:
    if value in ("C", "D", "E", "F"):
        raise ValueError("would let one unreliable source satisfy the condition; write B or A, or sources: 2")
    return value


class SpellEntry(Strict):
    """Cold that lasts: at or below a temperature for a while."""

    quantity: Annotated[Literal["temperature", "wind_chill", "daily_mean"], BeforeValidator(_known)] = "temperature"
    """Air temperature, wind chill (JAG/TI 2001), or the mean of local days."""
    below: Degrees
    """At or below this temperature; the region's `cold_offset` is added."""
    until_above: Degrees | None = None
    """An alert that stands ends only above this temperature, so that a forecast that wobbles does not flap."""
    lasting: Span
    """For at least so long without a break."""
    within: Span
    """Beginning within so long from now, or going on now."""
    chance: Share
    """In at least this share of the forecast's runs."""

    @model_validator(mode="after")
    def _softer(self) -> "SpellEntry":
        if self.until_above is not None and self.until_above < self.below:
            raise at("until_above", f"is colder than `below`; write {self.below + 3:g}°C, or leave it out")
        return self

    def build(self) -> rules.Cold:
        """Return the condition."""
        return rules.Cold(self.within, self.chance, self.quantity, self.below, self.lasting, self.until_above)


class LevelEntry(Strict):
    """Cold on a scale from 0 to 3."""

    quantity: Literal["frost_level", "grid_cold_stress"]
    """frost_level: -20, -25, -30 degrees. grid_cold_stress: a day of a mean of -5, one of -10, three of -10 in a row."""
    at_least: int = Field(ge=1, le=3)
    """This level or above."""
    until_below: int | None = Field(default=None, ge=1, le=3)
    """An alert that stands ends only below this level."""
    within: Span
    """Reached within so long from now."""
    chance: Share
    """In at least this share of the forecast's runs."""

    @model_validator(mode="after")
    def _softer(self) -> "LevelEntry":
        if self.until_below is not None and self.until_below > self.at_least:
            raise at("until_below", f"is above `at_least`; write {self.at_least} or less, or leave it out")
        return self

    def build(self) -> rules.Cold:
        """Return the condition."""
        return rules.Cold(self.within, self.chance, self.quantity, at_least=self.at_least, until_below=self.until_below)


class TotalEntry(Strict):
    """Degrees short of a base, summed over the coming hours (degree_hours) or whole local days (heating_degree_days)."""

    quantity: Literal["degree_hours", "heating_degree_days"]
    """degree_hours sums hours, heating_degree_days the means of whole local days."""
    below: Degrees | None = None
    """The base; 18°C for heating_degree_days when not written."""
    at_least: DegreeSum
    """This sum or more, like 240°Ch or 120°Cd."""
    until_below: DegreeSum | None = None
    """An alert that stands ends only below this sum."""
    within: Span
    """From now on, for so long."""
    chance: Share
    """In at least this share of the forecast's runs."""

    @model_validator(mode="after")
    def _complete(self) -> "TotalEntry":
        if self.quantity == "degree_hours" and self.below is None:
            raise at("below", "missing; write the temperature that degree_hours counts from, like -10°C")
        if self.until_below is not None and self.until_below > self.at_least:
            raise at("until_below", "is above `at_least`; write a smaller sum, or leave it out")
        return self

    def build(self) -> rules.Cold:
        """Return the condition."""
        base = rules.HEATING_BASE if self.below is None else self.below
        return rules.Cold(self.within, self.chance, self.quantity, base, at_least=self.at_least, until_below=self.until_below)


def _kind_of_cold(value: Any) -> str:
    quantity = value.get("quantity") if isinstance(value, dict) else getattr(value, "quantity", None)
    return "LevelEntry" if quantity in rules.LEVELS else "TotalEntry" if quantity in rules.TOTALS else "SpellEntry"


class NewsEntry(Strict):
    """Independent sources report one of the events."""

    of: Annotated[list[What], BeforeValidator(many, json_schema_input_type=What | list[What]), Field(min_length=1)]
    """One event or several."""
    past: Span
    """Not longer ago than this."""
    certainty: Sure = Certainty.LIKELY
    """With this certainty or more."""
    sources: int = Field(default=2, ge=1, le=20)
    """So many sources that do not copy each other."""
    alone: Annotated[Literal["A", "B"], BeforeValidator(_alone)] | None = None
    """One source alone counts only when it is rated so or better (Admiralty scale); B when not written."""

    def build(self) -> rules.News:
        """Return the condition."""
        return rules.News(frozenset(self.of), self.past, self.certainty, self.sources, self.alone)


class OfficialEntry(Strict):
    """A weather service warns."""

    hazards: Annotated[list[str], BeforeValidator(many, json_schema_input_type=str | list[str]), Field(min_length=1)]
    """MeteoAlarm's names, like low-temperature, wind, snow-ice."""
    level: Literal["yellow", "orange", "red", "minor", "moderate", "severe", "extreme"]
    """This level or above."""
    within: Span
    """In force now, or beginning within so long."""

    def build(self) -> rules.Official:
        """Return the condition."""
        return rules.Official(frozenset(self.hazards), self.level, self.within)


_Spell = Annotated[SpellEntry, Tag("SpellEntry")]
_Level = Annotated[LevelEntry, Tag("LevelEntry")]
_Total = Annotated[TotalEntry, Tag("TotalEntry")]


class Entry(Strict):
    """One condition: exactly one of the keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    cold: Annotated[_Spell | _Level | _Total, Discriminator(_kind_of_cold)] | None = None
    """Cold is forecast."""
    news: NewsEntry | None = None
    """News report an event."""
    official: OfficialEntry | None = None
    """A weather service warns."""
    all: Annotated[list["Entry"], Field(min_length=1)] | None = None
    """Every condition of the list holds."""
    any: Annotated[list["Entry"], Field(min_length=1)] | None = None
    """One condition of the list holds."""
    none: Annotated[list["Entry"], Field(min_length=1)] | None = None
    """No condition of the list holds."""
    at_least: "AtLeastEntry | None" = None
    """So many conditions of a list hold."""

    @model_validator(mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError(f"is no single condition; write one of {_KINDS}, each as an entry of its own")
        if None in value.values():
            raise at(str(next(iter(value))), "is empty; write the condition under it")
        return value

    def build(self) -> rules.Condition:
        """Return the condition."""
        for leaf in (self.cold, self.news, self.official, self.at_least):
            if leaf is not None:
                return leaf.build()
        if self.all:
            return rules.All(_built(self.all))
        return rules.Any_(_built(self.any)) if self.any else rules.None_(_built(self.none or []))


class AtLeastEntry(Strict):
    """So many conditions of a list hold."""

    count: int = Field(ge=1)
    """How many."""
    of: list[Entry] = Field(min_length=1)
    """The conditions."""

    @model_validator(mode="after")
    def _possible(self) -> "AtLeastEntry":
        if self.count > len(self.of):
            raise at("count", f"asks for {self.count} of {len(self.of)} conditions; write {len(self.of)} or less")
        return self

    def build(self) -> rules.AtLeast:
        """Return the condition."""
        return rules.AtLeast(self.count, _built(self.of))


def _built(entries: list[Entry]) -> tuple[rules.Condition, ...]:
    return tuple(entry.build() for entry in entries)
