"""`alerter check`: every mistake of every file in one go, with its line, and what to write instead."""

import json
import re
import shutil
import subprocess
import sys
import time

import jsonschema
import pytest
import yaml

from alerter.config.load import diagnose
from alerter.config.schemas import schemas
from alerter.config.settings import shipped_config
from alerter.domain.examples import run_examples


@pytest.fixture
def config(tmp_path):
    return shutil.copytree(shipped_config(), tmp_path / "config")


def edit(config, name, *changes):
    path = config / name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def line_of(config, name, words):
    lines = (config / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def check(config, *arguments):
    command = [sys.executable, "-m", "alerter", "check", *arguments]
    done = subprocess.run(command, env={"ALERTER_CONFIG": str(config), "PATH": ""}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def found(config):
    diagnosis = diagnose(config, thorough=False)
    return [str(each).removeprefix(f"{config}/") for each in [*diagnosis.mistakes, *diagnosis.failures, *diagnosis.warnings]]


def test_the_shipped_configuration_has_no_mistakes_and_no_warnings(config):
    status, lines = check(config, "--strict")
    assert (status, len(lines)) == (0, 1)
    assert re.search(r": 5 rules with \d+ examples \(run in 0\.\d\d s\), \d+ feeds: all right$", lines[0])


def test_ten_mistakes_in_four_files_are_ten_lines_that_say_where_and_what_to_write(config):
    edit(
        config,
        "feeds.yaml",
        ("https://www.ukrinform.net", "htp://www.ukrinform.net"),
        ("reliability: B, every: 5m}", "reliabilty: B, every: 5m}"),
        ("id: ukrpravda-uk", "id: ukrpravda-en"),
    )
    edit(config, "regions.yaml", ("Europe/Kyiv", "Europe/Kiyv"), ("latitude: 49.2322", "latitude: north"))
    receivers = "receivers:\n- {id: a, telegram: '1', language: pl}\n- {id: b, telegram: '2', regions: [UA-99], at_least: huge}\n"
    (config / "receivers.yaml").write_text(receivers, encoding="utf-8")
    edit(
        config,
        "rules.yaml",
        ("below: -15°C, lasting: 12h", "below: -15, lasting: 12h"),
        ("supersedes: [week-of-grid-cold-stress]", "supersedes: [week-of-grid-cold-stres]"),
    )
    status, lines = check(config)
    assert (status, len(lines)) == (1, 10)
    shape = re.compile(rf"{re.escape(str(config))}/(\w+\.yaml):(\d+): ([\w.\[\]-]+) — .*; write .*")
    where = [shape.fullmatch(line) for line in lines]
    assert all(where), lines
    assert [match.groups() for match in where] == [
        ("feeds.yaml", str(line_of(config, "feeds.yaml", "htp://")), "feeds[0].reliabilty"),
        ("feeds.yaml", str(line_of(config, "feeds.yaml", "htp://")), "feeds[0].url"),
        ("feeds.yaml", str(line_of(config, "feeds.yaml", "ukrpravda-en") + 1), "feeds[3].id"),
        ("receivers.yaml", "2", "receivers[0].language"),
        ("receivers.yaml", "3", "receivers[1].at_least"),
        ("receivers.yaml", "3", "receivers[1].regions[0]"),
        ("regions.yaml", str(line_of(config, "regions.yaml", "Kiyv")), "timezone"),
        ("regions.yaml", str(line_of(config, "regions.yaml", "latitude: north")), "regions[0].points[0].latitude"),
        ("rules.yaml", str(line_of(config, "rules.yaml", "below: -15, ")), "rules[0].when.all[0].any[0].cold.below"),
        ("rules.yaml", str(line_of(config, "rules.yaml", "cold-stres]")), "rules[1].supersedes[0]"),
    ]


def test_a_mistake_in_one_file_hides_none_that_shows_only_across_files(config):
    edit(config, "regions.yaml", ("timezone: Europe/Kyiv", "timezone: nowhere"))
    edit(config, "rules.yaml", ("    keep_firing_for: 12h\n", "    keep_firing_for: 12h\n    regions: [Kharkiv oblast]\n"))
    (config / "feeds.yaml").write_text("feeds: {", encoding="utf-8")
    lines = found(config)
    assert any(line.startswith("feeds.yaml:1:") for line in lines)
    assert any("timezone" in line for line in lines)
    assert any("'Kharkiv oblast' is no region of regions.yaml; write UA-63 (Kharkiv Oblast)" in line for line in lines)


def test_a_failing_example_names_what_was_expected_what_came_and_the_node(config):
    edit(
        config, "rules.yaml", ("{cold: -19°C, starts: 6h, lasting: 30h}, {news", "{cold: -9°C, starts: 6h, lasting: 30h}, {news")
    )
    status, lines = check(config)
    assert status == 1
    where = f"{config}/rules.yaml:{line_of(config, 'rules.yaml', '-9°C, starts') - 1}: rules[0].examples[0] — "
    what = (
        "'two independent sources and a frost to come' expects alert, and quiet comes of it; decided by "
        "cold: temperature at or below -15°C for 12h within 3d: 0% of the runs of example agree (-60% from 60%)"
    )
    assert lines == [where + what]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sources: 1, alone: B", "sources: 1", "warning: one source rated B is enough here; write `alone: B`"),
        ("past: 48h", "past: 3m", "warning: 3m is less than the 5m in which enough sources are asked; write 5m or more"),
        ("past: 48h, certainty: likely, sources: 2", "past: 48h, sources: 19", "so this can never hold"),
        ("within: 72h", "within: 30m", "warning: 30m is less than the 3h in which a forecast is asked for; write 3h or more"),
        ("within: 72h", "within: 20d", "more than the 10 days of the forecasts"),
        (
            "    keep_firing_for: 24h\n",
            "    keep_firing_for: 24h\n    supersedes: [cold-after-grid-attack]\n",
            "in a circle (cold-after-grid-attack → week-of-grid-cold-stress → cold-after-grid-attack)",
        ),
        ("supersedes: [week-of-grid-cold-stress]", "supersedes: [cold-during-outages]", "in a circle"),
        ("supersedes: [week-of-grid-cold-stress]", "supersedes: [nothing]", "'nothing' is no rule; write"),
        ("id: large-strike-in-cold", "id: cold-during-outages", "'cold-during-outages' is there twice"),
        ("    keep_firing_for: 24h\n", "", "missing; write `keep_firing_for:`"),
        (
            "chance: 60%, until_above: -12°C",
            "chance: 60%",
            "until_above — warning: missing, so a forecast that wobbles begins and ends the alert again and again; write `until_above:` -12°C",
        ),
    ],
)
def test_a_rule_that_cannot_do_what_is_meant_is_pointed_out(config, old, new, words):
    edit(config, "rules.yaml", (old, new))
    assert any(words in line for line in found(config)), found(config)


def test_a_rule_that_holds_on_a_quiet_day_has_no_end(config):
    rule = "\n  - {id: forever, title: {en: x}, severity: minor, keep_firing_for: 1h, when: {none: [{news: {of: outage, past: 1d}}]}}\n"
    path = config / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + rule, encoding="utf-8")
    lines = found(config)
    assert any("rules[5].when — holds when nothing happens, so an alert would never end" in line for line in lines)
    assert any("rules[5].examples — warning: the rule has no example" in line for line in lines)


def test_an_alert_that_would_stand_through_mild_weather_has_no_end(config):
    rule = "\n  - {id: frost, title: {en: x}, severity: minor, keep_firing_for: 1h, when: {cold: {below: -5°C, until_above: 2°C, lasting: 6h, within: 1d, chance: 60%}}}\n"
    path = config / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + rule, encoding="utf-8")
    assert any("rules[5].when — goes on holding when nothing happens" in line for line in found(config))


def test_a_receiver_that_no_rule_can_reach_is_pointed_out(config):
    edit(config, "rules.yaml", *[("severity: extreme", "severity: severe")] * 2)
    receivers = "receivers:\n- {id: a, telegram: '1', at_least: extreme}\n- {id: b, telegram: '2', regions: [UA-43]}\n- {id: c, telegram: '3'}\n"
    (config / "receivers.yaml").write_text(receivers, encoding="utf-8")
    first, second = (line for line in found(config) if line.startswith("receivers"))
    assert first == (
        "receivers.yaml:2: receivers[0].at_least — warning: no rule is extreme, so nothing reaches this receiver; "
        "write at_least: severe or less"
    )
    assert second == (
        "receivers.yaml:3: receivers[1].regions — warning: no rule speaks of these regions (are they enabled?), "
        "so nothing reaches this receiver; write others"
    )
    assert check(config)[0] == 0
    assert check(config, "--strict")[0] == 1


def test_a_budget_that_one_alert_alone_would_break_is_pointed_out_with_the_rules_that_break_it(config):
    receivers = "receivers:\n- {id: school, telegram: '1', budget: 3/week}\n- {id: b, telegram: '2', budget: 9/week}\n"
    (config / "receivers.yaml").write_text(receivers, encoding="utf-8")
    (line,) = (line for line in found(config) if line.startswith("receivers"))
    assert line == (
        "receivers.yaml:2: receivers[0].budget — warning: one alert that stands for a week sounds more often: "
        "cold-before-large-strike (4), large-strike-in-cold (4); the rest would wait for the digest; "
        "write more, or a longer `repeat` in the rule"
    )


def test_machines_may_read_the_answer(config):
    edit(config, "rules.yaml", ("severity: moderate", "severity: moderat"))
    status, lines = check(config, "--json")
    assert status == 1
    (problem,) = map(json.loads, lines)
    assert problem == {
        "file": str(config / "rules.yaml"),
        "line": line_of(config, "rules.yaml", "severity: moderat"),
        "key": "rules[4].severity",
        "what": "'moderat' is no severity; write moderate",
        "warning": False,
    }


def test_the_examples_of_the_shipped_rules_take_less_than_a_second():
    rules = diagnose(shipped_config(), thorough=False).config.rules
    assert sum(len(rule.examples) for rule in rules) >= 40
    begun = time.perf_counter()
    assert run_examples(rules) == []
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("name", schemas())
def test_the_shipped_files_carry_their_schema_and_satisfy_it(name):
    shipped = json.loads((shipped_config() / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    assert shipped == schemas()[name], "write it anew: alerter check --schema config/schema"
    text = (shipped_config() / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=schema/{name}.json\n")
    jsonschema.Draft202012Validator(shipped).validate(yaml.safe_load(text))


def test_the_schema_of_rules_refuses_what_check_refuses():
    validator = jsonschema.Draft202012Validator(schemas()["rules"])
    rules = yaml.safe_load((shipped_config() / "rules.yaml").read_text(encoding="utf-8"))
    rules["rules"][0]["when"]["all"][0]["any"][0]["cold"]["below"] = -15
    rules["rules"][1]["severty"] = rules["rules"][1].pop("severity")
    rules["rules"][2]["when"]["all"][0]["news"] = {"of": "outage", "past": "1h"}
    assert sorted({error.absolute_path[1] for error in validator.iter_errors(rules)}) == [0, 1, 2]
