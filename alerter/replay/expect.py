"""What a journal is expected to bring, written beside it as `JOURNAL.expect.yaml`.

```yaml
messages:                        # each must come: every region it names is told of, by messages of this kind and rule
  - {kind: alert, rule: cold-after-grid-attack, regions: [UA-63], from: 2026-02-03T00:00Z, to: 2026-02-03T06:00Z, says: [Kharkiv]}
silence:                         # none of these may come
  - {kind: cancel, regions: [UA-63], to: 2026-02-03T12:00Z}
```

Every key but `kind` may be left out and then says nothing; `silence: [{}]` allows no message at all.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import AwareDatetime, Field

from alerter.config.files import Strict
from alerter.config.load import ConfigError, checked
from alerter.config.yamlfile import Problem, read_yaml
from alerter.domain.model import Kind, Notification

Told = tuple[Notification, str]
"""A message and its text."""


class Pattern(Strict):
    """What a message may be like."""

    kind: Kind | None = None
    rule: str | None = None
    regions: tuple[str, ...] = ()
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None
    says: tuple[str, ...] = ()

    def fits(self, message: Notification, text: str) -> bool:
        """Tell whether a message is of this kind; it need tell of no more than one of the regions."""
        timely = (self.from_ is None or message.at >= self.from_) and (self.to is None or message.at <= self.to)
        named = self.kind in {None, message.kind} and self.rule in {None, message.rule}
        return timely and named and self._there(message.regions) and all(words in text for words in self.says)

    def _there(self, regions: Iterable[str]) -> bool:
        return not self.regions or bool(set(self.regions) & set(regions))

    def __str__(self) -> str:
        """Say it in one line."""
        when = [f"{word} {at:%Y-%m-%d %H:%M}Z" for word, at in (("from", self.from_), ("to", self.to)) if at]
        says = [f"saying {words!r}" for words in self.says]
        where = [f"in {', '.join(self.regions)}"] if self.regions else []
        return " ".join([self.kind or "message", *([f"of {self.rule}"] if self.rule else []), *where, *when, *says])


class Expectations(Strict):
    """A whole file of them."""

    messages: tuple[Pattern, ...] = ()
    silence: tuple[Pattern, ...] = ()

    def failures(self, told: Iterable[Told]) -> list[str]:
        """Return what did not come as expected, a sentence each."""
        messages = list(told)
        found = []
        for wanted in self.messages:
            fitting = [message for message, text in messages if wanted.fits(message, text)]
            missing = set(wanted.regions) - {region for message in fitting for region in message.regions}
            if not fitting:
                found.append(f"expected but never told: {wanted}")
            elif missing:
                found.append(f"expected: {wanted}; never told for {', '.join(sorted(missing))}")
        for unwanted in self.silence:
            found += [
                f"not expected ({unwanted}): {message.kind} of {message.rule} at {message.at:%Y-%m-%d %H:%M}Z "
                f"in {', '.join(message.regions)}"
                for message, text in messages
                if unwanted.fits(message, text)
            ]
        return found


def beside(journal: Path) -> Path:
    """Return where the expectations of `winter.jsonl` are written: `winter.jsonl.expect.yaml`, or `winter.expect.yaml`."""
    full = journal.with_name(f"{journal.name}.expect.yaml")
    short = journal.with_name(f"{journal.name.removesuffix('.gz').removesuffix('.jsonl')}.expect.yaml")
    return full if full.exists() else short


def read_expectations(journals: Iterable[Path]) -> Expectations | None:
    """Return the expectations beside the journals, None when there are none.

    Raises:
        ConfigError: with every mistake of every file.
    """
    problems: list[Problem] = []
    found: list[Expectations] = []
    for path in map(beside, journals):
        if not path.exists():
            continue
        document = read_yaml(path)
        if isinstance(document, Problem):
            problems.append(document)
        elif expectations := checked(document, Expectations, problems):
            found.append(expectations)
    if problems:
        raise ConfigError(problems)
    if not found:
        return None
    return Expectations(
        messages=tuple(each for one in found for each in one.messages),
        silence=tuple(each for one in found for each in one.silence),
    )
