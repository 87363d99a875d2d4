"""What people write wrong in rules is named, and kept away from subscribers."""

import pytest
import yaml

from alerter.config.settings import shipped_config
from alerter.domain.rulefile import parse_rules


def shipped():
    return yaml.load((shipped_config() / "rules.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def test_every_shipped_title_is_a_sentence_in_each_language():
    rules, mistakes = parse_rules(shipped())
    assert mistakes == []
    assert all(set(rule.title) == {"en", "uk"} and all(rule.title.values()) for rule in rules)


@pytest.mark.parametrize("title", [{"en": "Cold here", "where it hurts": None}, {}, "Cold here", {"en": " "}])
def test_a_title_without_text_or_language_is_a_mistake_and_not_a_rule(title):
    data = shipped()
    data["rules"][0]["title"] = title
    rules, (mistake,) = parse_rules(data)
    assert len(rules) == len(data["rules"]) - 1
    assert mistake.path == ("rules", 0)
    assert "title" in mistake.what
