"""Loading the whole configuration: all files, all mistakes at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from alerter.config.files import Feeds, ReceiverEntry, Receivers, Regions, Strict, WarningSource, Weather
from alerter.config.yamlfile import Document, Problem, read_yaml
from alerter.domain.lexicon import Lexicon, compile_lexicon, lint
from alerter.domain.model import Receiver
from alerter.domain.rulefile import parse_rules
from alerter.domain.rules import Rule
from alerter.domain.sections import SECTIONS
from alerter.domain.warnings import Gazetteer, key

_Model = TypeVar("_Model", bound=Strict)


class ConfigError(Exception):
    """The configuration has mistakes; `problems` names each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Configuration:
    """Everything that people wrote, checked."""

    feeds: Feeds
    weather: Weather
    regions: Regions
    receivers: tuple[Receiver, ...]
    rules: tuple[Rule, ...]
    lexicon: Lexicon
    templates: Mapping[str, str]

    @property
    def zone(self) -> ZoneInfo:
        """The country's time zone."""
        return ZoneInfo(self.regions.timezone)

    @property
    def offsets(self) -> dict[str, float]:
        """The enabled regions with the degrees that are added to thresholds there."""
        return {region.id: region.cold_offset for region in self.regions.regions if region.enabled}

    @property
    def region_names(self) -> dict[str, dict[str, str]]:
        """Names of regions by code and language; the country has its own code."""
        names = {region.id: region.name.model_dump() for region in self.regions.regions}
        return names | {self.regions.country: self.regions.names.model_dump()}

    @property
    def source_names(self) -> dict[str, str]:
        """What each source is called in a message: the owner of a feed, the name of a weather provider or service."""
        weather = {provider.key: provider.name or provider.key for provider in self.weather.providers}
        warnings = {source.id: source.name for source in self.weather.warnings}
        return weather | warnings | {feed.id: feed.owner for feed in self.feeds.feeds}

    def gazetteer(self, source: WarningSource) -> Gazetteer:
        """Return how the warnings of a source are brought to the enabled regions."""
        enabled = [region for region in self.regions.regions if region.enabled]
        names = {region.id: [region.id, *region.name.model_dump().values(), *region.areas] for region in enabled}
        areas = {key(name): region for region, called in names.items() for name in called}
        points = {region.id: [(point.latitude, point.longitude) for point in region.points] for region in enabled}
        return Gazetteer(areas, points, source.hazards)


def load(directory: Path, *, rules_file: Path | None = None, lexicon_directory: Path | None = None) -> Configuration:
    """Read and check a configuration directory; other rules or another lexicon may stand in for those in it.

    Raises:
        ConfigError: with every mistake of every file.
    """
    problems: list[Problem] = []
    models: dict[str, Any] = {}
    documents: dict[str, Document] = {}
    for name, model in (("feeds", Feeds), ("weather", Weather), ("regions", Regions), ("receivers", Receivers)):
        document = _document(directory / f"{name}.yaml", problems)
        if document:
            documents[name] = document
            models[name] = checked(document, model, problems)
    rules = _rules(rules_file or directory / "rules.yaml", problems)
    lexicon = _lexicon(lexicon_directory or directory / "lexicon", problems)
    templates = {path.name: path.read_text(encoding="utf-8") for path in sorted((directory / "templates").glob("*.*"))}
    if not templates:
        problems.append(Problem(str(directory / "templates"), 1, "(file)", "no templates; copy them with `alerter init DIR`"))
    problems += _cross(documents, models)
    if problems or lexicon is None:
        raise ConfigError(sorted(problems))
    entries: list[ReceiverEntry] = models["receivers"].receivers
    receivers = tuple(entry.receiver() for entry in entries)
    return Configuration(
        models["feeds"],
        models["weather"],
        models["regions"],
        receivers,
        rules,
        lexicon,
        templates,
    )


def _document(path: Path, problems: list[Problem]) -> Document | None:
    read = read_yaml(path)
    if isinstance(read, Problem):
        problems.append(read)
        return None
    return read


def checked(document: Document, model: type[_Model], problems: list[Problem]) -> _Model | None:
    """Return what a file says as `model`; its mistakes go to `problems`, and None comes back."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for each in error.errors():
            path = tuple(each["loc"])
            problems.append(document.problem(path, _advice(each, model)))
        return None


def _advice(error: Any, model: type[Strict]) -> str:
    shown = repr(error.get("input"))[:60]
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(error["loc"][-1]), _keys(model), 1)
        return f"unknown key; write {close[0]!r}" if close else "unknown key; remove it"
    if error["type"] == "missing":
        return "missing; write this key and its value"
    message = str(error["msg"]).removeprefix("Value error, ")
    return (
        f"{shown} {message}"
        if error["type"] == "value_error"
        else f"{shown}: {message[0].lower()}{message[1:]}; write such a value"
    )


def _keys(model: type[Strict]) -> list[str]:
    schema = model.model_json_schema()
    return [key for part in (schema, *schema.get("$defs", {}).values()) for key in part.get("properties", {})]


def _rules(path: Path, problems: list[Problem]) -> tuple[Rule, ...]:
    document = _document(path, problems)
    if document is None:
        return ()
    rules, mistakes = parse_rules(document.data)
    problems += [document.problem(mistake.path, mistake.what) for mistake in mistakes]
    return rules


def _lexicon(directory: Path, problems: list[Problem]) -> Lexicon | None:
    names = ("en", "uk", "ru", *SECTIONS)
    read = {name: _document(directory / f"{name}.yaml", problems) for name in names}
    documents = {name: document for name, document in read.items() if document}
    if len(documents) < len(names):
        return None
    data = {name: document.data for name, document in documents.items()}
    mistakes = lint(data)
    problems += [documents[str(m.path[0])].problem(m.path[1:], m.what) for m in mistakes if m.path]
    return None if mistakes else compile_lexicon(data)


def _cross(documents: Mapping[str, Document], models: Mapping[str, Any]) -> list[Problem]:
    problems = []
    regions = models.get("regions")
    known = {region.id for region in regions.regions} if regions else set()
    receivers = models.get("receivers")
    for index, entry in enumerate(receivers.receivers if receivers else ()):
        for place, region in enumerate(entry.regions):
            if known and region not in known:
                close = get_close_matches(region, known, 1)
                what = f"{region!r} is no region of regions.yaml" + (f"; write {close[0]}" if close else "; write its code")
                problems.append(documents["receivers"].problem(("receivers", index, "regions", place), what))
    for name, items in (("feeds", "feeds"), ("receivers", "receivers"), ("regions", "regions"), ("weather", "warnings")):
        seen: set[str] = set()
        for index, entry in enumerate(getattr(models.get(name), items, ())):
            if entry.id in seen:
                what = f"{entry.id!r} is there twice; give each entry its own id"
                problems.append(documents[name].problem((items, index, "id"), what))
            seen.add(entry.id)
    return problems
