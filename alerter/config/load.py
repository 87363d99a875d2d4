"""Loading the whole configuration: all files, all mistakes at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from alerter.clock import monotonic
from alerter.config.files import Feeds, Receivers, Regions, Strict, WarningSource, Weather
from alerter.config.lint import Written, failing_examples, mistakes, warnings
from alerter.config.mistakes import mistakes_of
from alerter.config.rulefile import parse_rules
from alerter.config.templates import read_templates
from alerter.config.yamlfile import Document, Problem, read_yaml
from alerter.domain.lexicon import Lexicon, compile_lexicon, lint
from alerter.domain.model import Receiver
from alerter.domain.rules import Rule
from alerter.domain.sections import SECTIONS
from alerter.domain.warnings import Gazetteer, key

_Model = TypeVar("_Model", bound=Strict)

MODELS: Mapping[str, type[Strict]] = {"feeds": Feeds, "weather": Weather, "regions": Regions, "receivers": Receivers}


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

    @property
    def sources(self) -> dict[str, object]:
        """What is asked of each source that is polled: where two of these differ, its last answer tells nothing of the next."""
        feeds = {feed.id: feed for feed in self.feeds.feeds if feed.enabled}
        providers = {provider.key: (provider, self.regions) for provider in self.weather.providers}
        return {**feeds, **providers, **{source.id: (source, self.regions) for source in self.weather.warnings}}

    def gazetteer(self, source: WarningSource) -> Gazetteer:
        """Return how the warnings of a source are brought to the enabled regions."""
        enabled = [region for region in self.regions.regions if region.enabled]
        names = {region.id: [region.id, *region.name.model_dump().values(), *region.areas] for region in enabled}
        areas = {key(name): region for region, called in names.items() for name in called}
        points = {region.id: [(point.latitude, point.longitude) for point in region.points] for region in enabled}
        return Gazetteer(areas, points, source.hazards)


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a configuration directory: the configuration, None when it has mistakes, and all that is wrong.

    `failures` are examples of rules that do not come out as their author says, `warnings` what is probably not meant;
    a daemon starts with these, but never exchanges a configuration that works for one that has `failures`. `seconds` is how
    long the examples took.
    """

    config: Configuration | None
    mistakes: list[Problem]
    failures: list[Problem]
    warnings: list[Problem]
    seconds: float = 0.0


def load(
    directory: Path, *, thorough: bool = False, rules_file: Path | None = None, lexicon_directory: Path | None = None
) -> Configuration:
    """Read and check a configuration directory; other rules or another lexicon may stand in for those in it.

    `thorough` tries the templates as well: for whoever is about to send with them.

    Raises:
        ConfigError: with every mistake of every file.
    """
    found = diagnose(directory, thorough=thorough, rules_file=rules_file, lexicon_directory=lexicon_directory)
    if found.config is None:
        raise ConfigError(found.mistakes)
    return found.config


def diagnose(
    directory: Path, *, thorough: bool = True, rules_file: Path | None = None, lexicon_directory: Path | None = None
) -> Diagnosis:
    """Read a configuration directory and tell all that is wrong with it.

    `thorough` runs the examples of the rules and words a message of every kind, which takes a second.
    """
    problems: list[Problem] = []
    paths = {name: directory / f"{name}.yaml" for name in MODELS} | {"rules": rules_file or directory / "rules.yaml"}
    read = {name: _document(path, problems) for name, path in paths.items()}
    documents = {name: document for name, document in read.items() if document}
    models: dict[str, Any] = {name: checked(documents[name], MODELS[name], problems) for name in MODELS if name in documents}
    rules: dict[int, Rule] = {}
    if "rules" in documents:
        rules, wrong = parse_rules(documents["rules"].data)
        problems += [documents["rules"].problem(mistake.path, mistake.what) for mistake in wrong]
    lexicon = _lexicon(lexicon_directory or directory / "lexicon", problems)
    templates, wrong_templates = read_templates(directory / "templates", trial=thorough)
    problems += wrong_templates
    written = Written(documents, rules)
    problems += mistakes(written)
    began = monotonic()
    failures = failing_examples(written) if thorough else []
    seconds, doubts = monotonic() - began, sorted(warnings(written))
    if problems or lexicon is None:
        return Diagnosis(None, sorted(problems), failures, doubts, seconds)
    receivers = tuple(entry.receiver() for entry in models["receivers"].receivers)
    found = (models["feeds"], models["weather"], models["regions"])
    config = Configuration(*found, receivers, tuple(rules.values()), lexicon, templates)
    return Diagnosis(config, [], failures, doubts, seconds)


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
        problems += [document.problem(mistake.path, mistake.what) for mistake in mistakes_of(error, model)]
        return None


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
