"""How the reader's claims are counted beside labels."""

from alerter.domain.scoring import evaluate

ROWS = [
    {"id": "1", "date": "2026-02-01", "lang": "en", "title": "Russian drones hit a substation in Odesa", "lead": None,
     "events": ["grid_attack"], "regions": ["UA-51"], "sure": True},
    {"id": "2", "date": "2026-02-01", "lang": "uk", "title": "У Києві введено екстрені відключення світла", "lead": "",
     "events": ["grid_attack", "outage"], "regions": ["UA-30", "UA-32"], "sure": True},
    {"id": "3", "date": None, "lang": "ru", "title": "Музей открыл новый зал", "lead": "", "events": [], "regions": [], "sure": True},
    {"id": "4", "date": "2026-02-01", "lang": "ru", "title": "В Одессе нет света", "lead": "", "events": [], "regions": [],
     "sure": False},
]  # fmt: skip


def test_scores_are_counted_by_event_and_language(lexicon):
    result = evaluate(ROWS, lexicon, "UA")
    assert result["scores"]["grid_attack"] == {"precision": 1.0, "recall": 0.5, "f1": 0.667, "n": 2, "false": 0}
    assert result["scores"]["lang:uk"]["recall"] == 0.5
    assert result["scores"]["outage:uk"]["f1"] == 1.0


def test_regions_count_where_an_event_was_found(lexicon):
    result = evaluate(ROWS, lexicon, "UA")
    assert result["regions_exact"] == 0.5
    assert result["regions"]["UA-32"]["recall"] == 0.0


def test_every_miss_is_shown_with_its_evidence(lexicon):
    (miss,) = evaluate(ROWS, lexicon, "UA")["misses"]
    assert (miss["id"], miss["expected"], miss["got"]) == ("2", ["grid_attack", "outage"], ["outage"])
    assert any("відключення" in words for words in miss["evidence"]["outage"])


def test_an_event_that_was_missed_says_why_it_was_not_concluded(lexicon):
    (miss,) = evaluate(ROWS, lexicon, "UA")["misses"]
    assert set(miss["why_not"]) == {"grid_attack"}
    assert miss["why_not"]["grid_attack"] == "is not: nothing speaks of it"


def test_unsure_rows_are_counted_apart(lexicon):
    result = evaluate(ROWS, lexicon, "UA")
    assert (result["items"], result["unsure"]["items"]) == (3, 1)
    assert result["unsure"]["scores"]["outage"]["false"] == 1
