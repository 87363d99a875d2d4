"""The pages are held to the code: each command, option, setting, link, rule, exit status and notice that they name is real."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from alerter.cli import COMMANDS, command_line
from alerter.cli.common import DONE, MISTAKES, NO_START, TRY_AGAIN, USAGE
from alerter.config.load import diagnose
from alerter.config.settings import Settings, shipped_config
from alerter.daemon import EXIT_DATABASE, EXIT_TOKEN

ROOT = Path(__file__).parents[1]
README, OPERATOR = ROOT / "README.md", ROOT / "deploy" / "README.md"
PAGES = [README, *sorted((ROOT / "deploy").glob("*.md"))]
UNIT = ROOT / "deploy" / "alerter.service"
NAMES = list(COMMANDS)


def blocks(page, language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)


def rows(page, first):
    """The rows of the table whose first heading is `first`, as lists of cells."""
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page.read_text(), re.MULTILINE)[1]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def invocations(page):
    """What is handed to the program wherever a page shows it in a shell."""
    for line in "".join(blocks(page, "sh")).splitlines():
        for part in re.sub(r"\$\([^)]*\)", "today", line).split("&&"):
            words = [word for word in shlex.split(part) if not re.match(r"[A-Z_]+=", word)]
            if words and Path(words[0]).name == "alerter":
                yield words[1:]


def help_of(words, capsys):
    with pytest.raises(SystemExit):
        command_line().parse_args([*words, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_shows_is_understood(page):
    for words in invocations(page):
        assert callable(command_line().parse_args(words).command), words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_speaks_of_exists(page):
    spoken = re.findall(r"`alerter ([a-z][a-z-]*)", page.read_text())
    assert set(spoken) <= set(NAMES)


def test_the_readme_lists_the_commands_in_the_order_of_the_help_and_with_options_that_they_have(capsys):
    listed = [re.match(r"`alerter ([a-z -]+)", row[0])[1].split() for row in rows(README, "command")]
    assert list(dict.fromkeys(words[0] for words in listed)) == NAMES
    for words, row in zip(listed, rows(README, "command"), strict=True):
        assert set(re.findall(r"--[a-z-]+", row[1])) <= set(re.findall(r"--[a-z-]+", help_of(words, capsys)))


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command_says_what_it_does_and_shows_an_example(name, capsys):
    text = help_of([name], capsys)
    assert re.search(r"\n\n\S.{40,}", text), "a description"
    if name not in {"status", "journal"}:  # the one takes nothing, the other has an example in each of its kinds
        examples = re.split(r"\nexamples?:\n", text)[1]
        for line in examples.replace("\\\n", " ").strip().splitlines():
            for part in re.split(r"\s{3,}", line.strip())[0].split("&&"):
                words = [word for word in shlex.split(re.sub(r"\$\(.*\)", "today", part)) if not re.match(r"[A-Z_]+=", word)]
                assert callable(command_line().parse_args(words[1:]).command), words


def test_the_readme_explains_every_setting_with_its_default():
    explained = {row[0].strip("`"): row[1].strip("`") for row in rows(README, "variable")}
    fields = {f"ALERTER_{name}".upper(): field for name, field in Settings.model_fields.items()}
    assert explained.keys() == fields.keys()
    for name, field in fields.items():
        if field.default is not None:
            assert explained[name] == str(field.default)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_leads_somewhere(page):
    text = page.read_text()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / target).exists(), target
    for path in re.findall(r"`(?:python )?((?:alerter|config|deploy|tests|benchmarks)/[\w./-]*)(?:::\w+| -.*?)?`", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("block", blocks(README, "yaml"), ids=lambda block: block.split("\n", 1)[0].strip("# "))
def test_the_configuration_that_the_readme_shows_passes_the_check_without_a_warning(block, tmp_path):
    shutil.copytree(shipped_config(), tmp_path / "config")
    (tmp_path / "config" / block.split("\n", 1)[0].strip("# ")).write_text(block)
    found = diagnose(tmp_path / "config")
    assert [*found.mistakes, *found.failures, *found.warnings] == []


def test_the_unit_and_its_page_agree_with_the_code_on_what_a_restart_cannot_mend():
    unit = re.search(r"^RestartPreventExitStatus=(.*)$", UNIT.read_text(), re.MULTILINE)[1]
    page = {int(row[0]) for row in rows(OPERATOR, "exit status") if row[2] == "no"}
    assert {int(status) for status in unit.split()} == page == {NO_START, EXIT_DATABASE, EXIT_TOKEN, 243}


def test_the_help_lists_every_exit_status_once():
    listed = re.search(r"exit status:\n(.*?)\n\n", command_line().format_help(), re.DOTALL)[1]
    statuses = [int(line.split()[0]) for line in listed.splitlines()]
    assert statuses == [DONE, MISTAKES, USAGE, NO_START, EXIT_DATABASE, TRY_AGAIN, EXIT_TOKEN]


def test_the_operators_page_knows_every_notice():
    template = (shipped_config() / "templates" / "notices.en.html.j2").read_text()
    topics = {topic for topic in re.findall(r'topic == "(\w+)"', template) if not topic.startswith("sees_")}
    said = " ".join(re.sub(r"\{[{%].*?[%}]\}", "…", template).replace("<b>", "").replace("</b>", "").split())
    explained = [row[0] for row in rows(OPERATOR, "message")]
    assert len(explained) == len(topics)
    for notice in explained:
        for words in notice.split("…"):
            assert words.strip() in said, notice


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_no_fault_with_the_unit(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", UNIT.read_text()))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_ci_runs_exactly_the_command_of_the_readme():
    line = next(line for line in README.read_text().splitlines() if "bin/pytest" in line)
    assert line in "".join(blocks(README, "sh"))
    assert 'grep -m1 "bin/pytest" README.md' in (ROOT / ".ci" / "run").read_text()
