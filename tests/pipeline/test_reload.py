"""A changed configuration comes into force when it is good and complete; of a bad one the operators are told, once."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from alerter.config.settings import shipped_config
from alerter.pipeline.reload import Reloader, version
from alerter.store.database import open_database
from alerter.store.operators import last_notice
from alerter.store.schema import notifications

NOW = datetime(2026, 1, 12, tzinfo=UTC)


class Office:
    """A configuration directory under a daemon's eyes."""

    def __init__(self, path):
        self.config = shutil.copytree(shipped_config(), path / "config")
        self.engine = open_database(f"sqlite:///{path / 'a.db'}")
        self.reloader = Reloader(self.config, self.engine)
        self.now = NOW

    def edit(self, name, old, new):
        path = self.config / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def line(self, name, words):
        lines = (self.config / name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.endswith(words))

    def look(self, times=2):
        found = None
        for _ in range(times):
            self.now += timedelta(seconds=2)
            found = self.reloader.look(self.now) or found
        return found

    def notice(self):
        with self.engine.begin() as connection:
            return last_notice(connection, "config")

    def notices(self):
        with self.engine.begin() as connection:
            return len(connection.execute(notifications.select()).all())


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.engine.dispose()


def test_nothing_is_read_while_nothing_changes(office):
    assert office.look(3) is None
    assert office.notices() == 0


def test_a_good_change_is_returned_once_and_only_when_it_rests(office):
    office.edit("rules.yaml", "below: -15°C", "below: -16°C")
    assert office.look(1) is None, "more of it may be on its way"
    changed = office.look(1)
    assert changed.rules[0].when.of[0].of[0].below == -16.0
    assert office.look(3) is None


def test_a_bad_change_is_never_returned_and_told_once_with_file_and_line_and_key(office):
    office.edit("rules.yaml", "severity: extreme", "severity: extrem")
    office.edit("rules.yaml", "below: -10°C, lasting: 12h", "below: -25°C, lasting: 12h")
    office.edit("templates/en.html.j2", "c.minimum }}", "c.minimal }}")
    office.edit("feeds.yaml", "https://", "htp://")
    office.edit("lexicon/en.yaml", "\ngrid:", "\ngrit:")
    assert office.look(5) is None
    assert office.notices() == 1
    feed, word, rule, example, template = office.notice().values["mistakes"]
    assert feed.startswith("feeds.yaml:")
    assert word.startswith("lexicon/en.yaml:")
    assert rule == f"rules.yaml:{office.line('rules.yaml', 'extrem')}: rules[0].severity — 'extrem' is no severity; write extreme"
    assert "rules[1].examples[0] — 'two independent sources in the frost' expects alert, and quiet comes of it" in example
    assert template.startswith("templates/en.html.j2:4: (template) — cannot be worded")


def test_what_was_mended_comes_into_force_and_operators_hear_of_it_once_from_however_many_daemons(office):
    office.reloader.tell_mended(office.now)
    assert office.notices() == 0, "nothing was wrong"
    office.edit("rules.yaml", "severity: extreme", "severity: extrem")
    other = Reloader(office.config, office.engine)
    other.ask()
    office.look()
    assert other.look(office.now) is None
    assert office.notices() == 1
    office.edit("rules.yaml", "severity: extrem\n", "severity: extreme\n")
    assert office.look() is not None
    office.reloader.tell_in_force(office.now)
    other.tell_in_force(office.now)
    assert (office.notice().topic, office.notices()) == ("config_loaded", 2)


def test_a_start_with_what_was_mended_while_the_daemon_stood_is_told_as_well(office):
    office.edit("rules.yaml", "severity: extreme", "severity: extrem")
    office.look()
    office.reloader.tell_mended(office.now)
    assert office.notice().topic == "config_loaded"


def test_who_asks_has_it_read_at_once_and_unchanged(office):
    office.reloader.ask()
    assert office.look(1) is not None
    assert office.look(3) is None


def test_an_editor_s_own_files_are_no_change_and_do_no_harm(office):
    before = version(office.config)
    (office.config / "templates" / ".en.html.j2.swp").write_bytes(b"b0VIM\xff\xfe")
    (office.config / "rules.yaml~").write_text("rules: [", encoding="utf-8")
    assert office.look(3) is None
    office.reloader.ask()
    assert office.look(1) is not None
    assert version(office.config) == before
