"""What people write wrong in rules is named, and kept away from subscribers."""

import copy
from datetime import timedelta

import pytest
import yaml

from alerter.config.rulefile import parse_rules
from alerter.config.settings import shipped_config
from alerter.domain.examples import run_examples
from alerter.domain.rules import AtLeast, Cold, News, None_

SHIPPED = yaml.load((shipped_config() / "rules.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def one_rule(**changes):
    rule = copy.deepcopy(SHIPPED["rules"][2]) | changes
    return {"rules": [rule]}


def mistakes(**changes):
    return {mistake.path[2:]: mistake.what for mistake in parse_rules(one_rule(**changes))[1]}


def cold(**changes):
    return {"cold": {"below": "-15°C", "lasting": "12h", "within": "72h", "chance": "60%"} | changes}


def parsed(when):
    rules, wrong = parse_rules(one_rule(when=when))
    assert wrong == []
    return rules[0].when


def test_every_shipped_title_is_a_sentence_in_each_language():
    rules, wrong = parse_rules(SHIPPED)
    assert wrong == []
    assert all(set(rule.title) == {"en", "uk"} and all(rule.title.values()) for rule in rules.values())


@pytest.mark.parametrize("title", [{"en": "Cold here", "where it hurts": None}, {}, "Cold here", {"en": " "}])
def test_a_title_without_text_or_language_is_a_mistake_and_not_a_rule(title):
    data = copy.deepcopy(SHIPPED)
    data["rules"][0]["title"] = title
    rules, (mistake,) = parse_rules(data)
    assert set(rules) == set(range(1, len(data["rules"])))
    assert mistake.path[:3] == ("rules", 0, "title")


def test_each_mistake_of_a_rule_is_named_by_its_inner_key_and_all_at_once():
    wrong = mistakes(
        severity="sever",
        keep_firing_for="12",
        season={"start": "02-30", "end": "04-15"},
        when={"all": [cold(belw="-15°C"), {"news": {"of": "strike_warnin", "past": "4d", "sources": "none"}}]},
    )
    assert wrong == {
        ("severity",): "'sever' is no severity; write severe",
        ("keep_firing_for",): "'12' is no length of time; write a number with its unit, like 90s, 15m, 12h or 3d",
        ("season", "start"): "'02-30' is no day of the year; write month and day, like 11-01",
        ("when", "all", 0, "cold", "belw"): "unknown key; write 'below'",
        ("when", "all", 1, "news", "of", 0): "'strike_warnin' is no event; write strike_warning",
        ("when", "all", 1, "news", "sources"): "'none' is no whole number; write one, like 2",
    }


def test_a_misspelt_key_is_one_mistake_and_not_a_missing_one_as_well():
    condition = cold()
    condition["cold"]["lastin"] = condition["cold"].pop("lasting")
    assert mistakes(when=condition) == {("when", "cold", "lastin"): "unknown key; write 'lasting'"}


@pytest.mark.parametrize(
    ("when", "path", "words"),
    [
        ({"kold": {}}, ("when", "kold"), "'cold'"),
        ({"cold": None}, ("when", "cold"), "is empty"),
        ({"all": []}, ("when", "all"), "at least one entry"),
        (cold() | {"news": {}}, ("when",), "no single condition"),
        (cold(below="-15"), ("when", "cold", "below"), "-15°C"),
        (cold(chance="0%"), ("when", "cold", "chance"), "more than 0%"),
        (cold(until_above="-18°C"), ("when", "cold", "until_above"), "colder than `below`"),
        (cold(quantity="frost_lvl"), ("when", "cold", "quantity"), "write frost_level"),
        (cold(sources="2"), ("when", "cold", "sources"), "unknown key; write one of quantity, below"),
        (
            {"cold": {"quantity": "degree_hours", "at_least": "240°Ch", "within": "3d", "chance": "60%"}},
            ("when", "cold", "below"),
            "missing",
        ),
        (
            {"cold": {"quantity": "grid_cold_stress", "at_least": "4", "within": "3d", "chance": "60%"}},
            ("when", "cold", "at_least"),
            "3 or less",
        ),
        ({"at_least": {"count": "3", "of": [cold(), cold()]}}, ("when", "at_least", "count"), "asks for 3 of 2"),
        (
            {"news": {"of": "grid_attack", "past": "4d", "sources": "1", "alone": "C"}},
            ("when", "news", "alone"),
            "one unreliable source",
        ),
        ({"official": {"hazards": "wind", "level": "rde", "within": "1d"}}, ("when", "official", "level"), "write red"),
    ],
)
def test_a_mistake_in_a_condition_says_what_to_write_instead(when, path, words):
    wrong = mistakes(when=when)
    assert list(wrong) == [path]
    assert words in wrong[path]


def test_a_condition_may_ask_for_any_quantity_of_cold():
    assert parsed(cold(quantity="wind_chill", until_above="-12°C")) == Cold(
        timedelta(hours=72), 0.6, "wind_chill", -15.0, timedelta(hours=12), -12.0
    )
    stress = {"quantity": "grid_cold_stress", "at_least": "3", "until_below": "2", "within": "3d", "chance": "60%"}
    assert parsed({"cold": stress}) == Cold(timedelta(days=3), 0.6, "grid_cold_stress", at_least=3, until_below=2)
    total = {"quantity": "heating_degree_days", "at_least": "120°Cd", "within": "4d", "chance": "50%"}
    assert parsed({"cold": total}) == Cold(timedelta(days=4), 0.5, "heating_degree_days", 18.0, at_least=120.0)


def test_conditions_nest():
    news = {"news": {"of": ["outage", "grid_attack"], "past": "2d"}}
    when = parsed({"at_least": {"count": "1", "of": [cold(), {"none": [news]}]}})
    assert isinstance(when, AtLeast)
    assert isinstance(when.of[1], None_)
    (inner,) = when.of[1].of
    assert isinstance(inner, News)
    assert inner.of == {"outage", "grid_attack"}


def test_an_example_that_fails_says_what_was_expected_what_came_and_which_node_decided():
    data = one_rule()
    data["rules"][0]["examples"] = [{"name": "a mild day", "given": [{"cold": "-3°C", "lasting": "30h"}], "then": "alert"}]
    rules, _ = parse_rules(data)
    (failure,) = run_examples(rules.values())
    assert str(failure) == (
        "'a mild day' expects alert, and quiet comes of it; decided by cold: temperature at or below -15°C for 12h within 3d: "
        "0% of the runs of example agree (-60% from 60%)"
    )


def test_out_of_season_a_rule_is_quiet():
    example = SHIPPED["rules"][2]["examples"][0]
    data = one_rule(season={"start": "11-01", "end": "04-15"}, examples=[example | {"at": "2026-07-15", "then": "quiet"}])
    rules, wrong = parse_rules(data)
    assert (wrong, run_examples(rules.values())) == ([], [])
