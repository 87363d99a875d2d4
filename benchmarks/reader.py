"""How fast the reader reads, beside a loop of compiled patterns and `grep -F -f` on the same terms.

    python benchmarks/reader.py [ITEMS.jsonl[.gz]]

ITEMS has a title and a lead (or summary, or desc) a line; without it news is generated, a tenth of which matters.
Medians of three runs; read the ratios.
"""

import gzip
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.config.yamlfile import read_yaml
from alerter.domain.lexicon import compile_lexicon, lint
from alerter.domain.model import FeedItem
from alerter.domain.news import read, understand

NOW = datetime(2026, 2, 1, tzinfo=UTC)
RUNS = 3
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
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work(items)
        seconds.append(time.perf_counter() - start)
    return len(items) / statistics.median(seconds)


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
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        documents = {path.stem: read_yaml(path).data for path in sorted((shipped_config() / "lexicon").glob("*.yaml"))}
        assert not lint(documents)
        compile_lexicon(documents)
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds)


def main() -> None:
    items = items_of(Path(sys.argv[1])) if len(sys.argv) > 1 else generated(20_000)
    print(f"loading the lexicon, read, checked and compiled    {loading():9,.0f} ms")
    lexicon = load(shipped_config()).lexicon
    terms = sorted({text for _, text in lexicon.roles.entries})
    patterns = [pattern(term) for term in terms]
    matter = [one for one in items if understand(one, lexicon).assertions]
    many = (matter * (2000 // len(matter) + 1))[:2000] if matter else []
    print(f"{len(items):,} items, {len(matter):,} of which claim something; {len(terms):,} terms\n")
    print(
        f"reader, all items                                  {rate(lambda all_: [read(one, lexicon) for one in all_], items):9,.0f} items/s"
    )
    print(
        f"reader, items that claim something                 {rate(lambda all_: [read(one, lexicon) for one in all_], many):9,.0f} items/s"
    )
    print(f"grep -F -f, the longest word of each term          {rate(lambda all_: grep(terms, all_), items):9,.0f} items/s")
    naive = rate(lambda all_: [each.search(text) for text in map(text_of, all_) for each in patterns], items[:NAIVE])
    print(f"a loop of compiled patterns                        {naive:9,.0f} items/s")


if __name__ == "__main__":
    main()
