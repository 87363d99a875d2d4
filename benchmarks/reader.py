"""How fast the reader reads, beside a loop of compiled patterns and `grep -F -f` on the same terms.

Four things are timed, one after the other, each in seconds of processor time and as the median of its runs:

- the reader over all items: most are turned away by the cheap question whether they may matter at all;
- the reader over the items that matter, which are those it finds at least one event in, repeated to 2,000: each of
  them is taken apart sentence by sentence and placed, dated and fingerprinted;
- `grep -F -f` over all items, with the longest word of each term of the lexicon: it only says that a word is there;
- a loop of one compiled pattern a term over the first 300 items: how one would begin, and why there is a dictionary.

Aims on one core: 20,000 items a second over all, 2,000 over those that matter, the lexicon loaded within 300 ms.
Even processor time is longer on a busy machine: read the ratios there.
"""

import argparse
import gzip
import json
import os
import random
import re
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.config.yamlfile import read_yaml
from alerter.domain.lexicon import compile_lexicon, lint
from alerter.domain.model import FeedItem
from alerter.domain.news import read, understand

NOW = datetime(2026, 2, 1, tzinfo=UTC)
RUNS = 5
MATTER = 2_000  # items, by repeating those that claim something
NAIVE = 300  # items are enough for the loop of patterns: it is slow
NEWS = (
    "Росіяни вдарили по підстанції у Харкові, частина міста без світла",
    "В Киеве введены экстренные отключения после массированной атаки",
    "Russia launched 61 missiles and 420 drones at Ukraine overnight",
)
SYLLABLES = [
    "ка",
    "но",
    "ри",
    "ло",
    "ве",
    "та",
    "мі",
    "су",
    "пре",
    "до",
    "за",
    "лю",
    "по",
    "ста",
    "ний",
    "ві",
    "го",
    "ля",
    "re",
    "mo",
    "ta",
    "ling",
    "con",
    "ver",
    "pro",
    "the",
    "ing",
    "er",
    "est",
]


def items_of(path: Path) -> list[FeedItem]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        rows = [json.loads(line) for line in lines]
    return [item(row.get("title"), row.get("lead") or row.get("summary") or row.get("desc")) for row in rows]


def generated(count: int) -> list[FeedItem]:
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]

    def text(length: int) -> str:
        return " ".join(words[int(chance.paretovariate(0.6)) % len(words)] for _ in range(length))

    return [item(chance.choice(NEWS) if chance.random() < 0.1 else text(10), text(25)) for _ in range(count)]


def item(title: str | None, lead: str | None) -> FeedItem:
    return FeedItem("s", "1", title or "", lead or "", "", NOW, NOW)


def text_of(one: FeedItem) -> str:
    return f"{one.title} {one.summary}".replace("\n", " ").lower()


def rate(work, items: list[FeedItem]) -> float:
    return len(items) / statistics.median(spent(lambda: work(items)) for _ in range(RUNS))


def spent(work) -> float:
    """Return the seconds of processor time that some work takes, that of its child processes too."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def pattern(term: str) -> re.Pattern[str]:
    words = [re.escape(word).replace(r"\*", r"\w*") for word in term.lower().split() if word != "…"]
    return re.compile(r"\b" + r"\W+".join(words) + r"\b")


def grep(terms: list[str], items: list[FeedItem]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        words, texts = Path(folder, "words"), Path(folder, "texts")
        words.write_text("\n".join(max(term.lower().split(), key=len).strip("*") for term in terms))
        texts.write_text("\n".join(map(text_of, items)))
        subprocess.run(["grep", "-c", "-F", "-f", words, texts], check=False, stdout=subprocess.DEVNULL)


def loading() -> float:
    def load_all() -> None:
        documents = {path.stem: read_yaml(path).data for path in sorted((shipped_config() / "lexicon").glob("*.yaml"))}
        assert not lint(documents)
        compile_lexicon(documents)

    return 1000 * statistics.median(spent(load_all) for _ in range(RUNS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "items",
        nargs="?",
        type=Path,
        help="JSON lines, gzipped or not, with a title and a lead (or summary, or desc); without it news is generated,"
        " a tenth of which matters",
    )
    chosen = parser.parse_args().items
    items = items_of(chosen) if chosen else generated(20_000)
    print(f"loading the lexicon, read, checked and compiled    {loading():9,.0f} ms")
    lexicon = load(shipped_config()).lexicon
    terms = sorted({text for _, text in lexicon.roles.entries})
    patterns = [pattern(term) for term in terms]
    matter = [one for one in items if understand(one, lexicon).assertions]
    print(f"{len(items):,} items, {len(matter):,} of which claim something; {len(terms):,} terms\n")
    tell("reader, all items", rate(lambda all_: [read(one, lexicon) for one in all_], items))
    if matter:
        many = (matter * (MATTER // len(matter) + 1))[:MATTER]
        tell("reader, items that claim something", rate(lambda all_: [read(one, lexicon) for one in all_], many))
    tell("grep -F -f, the longest word of each term", rate(lambda all_: grep(terms, all_), items))
    naive = rate(lambda all_: [each.search(text) for text in map(text_of, all_) for each in patterns], items[:NAIVE])
    tell("a loop of compiled patterns", naive)


def tell(what: str, items_a_second: float) -> None:
    print(f"{what:51}{items_a_second:9,.0f} items/s")


if __name__ == "__main__":
    main()
