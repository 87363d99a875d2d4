"""YAML with line numbers, so that a mistake can be named by file, line and key."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one file; prints as `file:line: key — what, and what to write instead`.

    `warning`: it works, but is probably not meant. Line 0: where there are no lines.
    """

    file: str
    line: int
    key: str
    what: str
    warning: bool = False

    def __str__(self) -> str:
        """The line that `check` prints."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key} — {'warning: ' if self.warning else ''}{self.what}"


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its values, and the text that tells their lines."""

    path: Path
    data: Any
    text: str = field(repr=False)

    def problem(self, path: tuple[str | int, ...], what: str, *, warning: bool = False) -> Problem:
        """Return the problem `what` at the line of `path`, or of the nearest key above it."""
        return Problem(str(self.path), _line(_node(self.text), path), dotted(path) or "(file)", what, warning)


try:  # libyaml reads the lexicon five times as fast; where PyYAML was built without it, its own parser does
    from yaml import CSafeLoader as _Base
except ImportError:
    from yaml import SafeLoader as _Base  # type: ignore[assignment]


class _Loader(_Base):
    """Reads plain scalars as JSON would: `no`, `22:30` and `012` stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if tag in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def dotted(path: tuple[str | int, ...]) -> str:
    """Return `rules[0].when.all` for `("rules", 0, "when", "all")`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def read_yaml(path: Path) -> Document | Problem:
    """Read one file; every scalar is text. A file that is missing or is no YAML is a problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Problem(str(path), 1, "(file)", f"cannot be read ({error}); write it as UTF-8 text, or `alerter init DIR`")
    return parse_yaml(path, text)


def parse_yaml(path: Path, text: str) -> Document | Problem:
    """Read the text of a file; every scalar is text."""
    try:
        loader = _Loader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1  # a text that breaks off is marked behind its end
        return Problem(str(path), line, "(file)", f"no YAML: {error.problem}; mend the indentation or quotes")
    except (yaml.YAMLError, RecursionError) as error:
        return Problem(str(path), 1, "(file)", f"no YAML: {str(error).splitlines()[0]}; save it again as plain UTF-8 YAML")
    return Document(path, data, text)


@lru_cache(maxsize=1)
def _node(text: str) -> yaml.Node | None:
    """Return the nodes of a text, which know their lines; they are large, and wanted only where there is a mistake."""
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _line(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
    """Return the line at which `path` stands, or the nearest key above it; of a key that stands twice, the last."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        at: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            at, node = next(((key, value) for key, value in reversed(node.value) if key.value == part), (None, None))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            at = node = node.value[part]
        if at is None:
            break
        line = at.start_mark.line + 1
    return line
