"""What ails the database is said, passes without loss where it can, and ends the daemon with a status where it cannot."""

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from world import World, stop, until

from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.config.settings import Settings
from alerter.daemon import Daemon
from alerter.store.database import open_database

ATTACKS = {
    "a": ["Russian missiles hit a substation in Kharkiv region, officials say"],
    "b": ["Drones damaged a thermal power plant near Kharkiv last night"],
}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


def runs(world):
    return world.log.exists() and "running: " in world.log.read_text()


def test_a_database_locked_for_long_loses_no_alert_and_the_operator_reads_why(world):
    world.database += "?timeout=0.5"
    process = world.start()
    try:
        assert until(lambda: runs(world))
        with closing(sqlite3.connect(world.directory / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            world.items.update(ATTACKS)
            assert until(lambda: "another process keeps it locked" in world.log.read_text())
            time.sleep(2)
            assert not world.bot.messages
            other.execute("ROLLBACK")
        assert until(lambda: len(world.bot.messages) >= 2)
        time.sleep(1)
    finally:
        assert stop(process) == 0
    assert world.chats() == ["1001", "1002"]
    assert world.log.read_text().count("another process keeps it locked") <= 2, "once a minute, not once a second"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(path):
    try:
        with path.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 12)):
                pass
    except OSError:
        pass


def test_a_full_disk_loses_no_alert_and_the_operator_reads_why(world, small_disk):
    world.database = f"sqlite:///{small_disk / 'a.db'}"
    process = world.start()
    ballast = small_disk / "ballast"
    try:
        assert until(lambda: runs(world))
        fill(ballast)
        world.items.update(
            {name: titles + [f"The museum opens wing {n} " + "x" * 900 for n in range(400)] for name, titles in ATTACKS.items()}
        )
        assert until(lambda: "its disk is full" in world.log.read_text())
        time.sleep(2)
        assert process.poll() is None
        assert not world.bot.messages
        ballast.unlink()
        assert until(lambda: len(world.bot.messages) >= 2)
        time.sleep(1)
    finally:
        assert stop(process) == 0
    assert world.chats() == ["1001", "1002"]


def test_a_daemon_does_not_start_on_a_damaged_database_and_leaves_it_as_it_is(world):
    (world.directory / "a.db").write_bytes(b"not what it was" * 1000)
    process = world.start()
    assert process.wait(20) == 3
    assert "it is damaged, or no database at all" in world.log.read_text()
    assert (world.directory / "a.db").read_bytes() == b"not what it was" * 1000


def test_a_database_damaged_while_the_daemon_runs_ends_it_with_a_status_of_its_own(world):
    process = world.start()
    try:
        assert until(lambda: runs(world))
        time.sleep(1)
        (world.directory / "a.db-wal").write_bytes(b"")
        (world.directory / "a.db").write_bytes(b"not what it was" * 10_000)
        assert process.wait(30) == 65
    finally:
        process.kill()
    assert "put a backup in its place" in world.log.read_text()


def test_a_second_daemon_on_a_file_is_refused_while_status_and_one_round_are_not(world):
    process = world.start()
    try:
        assert until(lambda: runs(world))
        second = world.start()
        assert second.wait(20) == 3
        assert f"another daemon (process {process.pid}) works on it" in world.log.read_text()
        assert world.start("--once").wait(40) == 0
        assert world.start(str(world.directory / "copy"), command="backup").wait(40) == 0
        assert process.poll() is None
    finally:
        assert stop(process) == 0
    with closing(sqlite3.connect(world.directory / "copy")) as copy:
        assert copy.execute("SELECT count(*) FROM items").fetchone() == (2,)


def test_a_server_that_is_not_there_yet_is_worth_another_start(world):
    world.database = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    assert world.start().wait(20) == 75
    assert "it does not answer" in world.log.read_text()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forth"])
def test_a_clock_that_jumps_an_hour_delays_no_alert_and_doubles_none(world, jump, capsys):
    clock = SteppedClock(datetime.now(UTC))
    engine = open_database(world.database)
    daemon = Daemon(load(world.config), Settings(), engine, clock, dry_run=True)
    daemon.round()
    clock.wait(jump)
    world.items.update(ATTACKS)
    daemon.round()
    clock.wait(timedelta(seconds=3))
    daemon.round()
    first = capsys.readouterr().out
    clock.wait(-jump)
    for _ in range(3):
        clock.wait(timedelta(seconds=3))
        daemon.round()
    daemon.close()
    engine.dispose()
    assert sorted(line for line in first.splitlines() if line.startswith("---")) == ["--- to 1001", "--- to 1002"]
    assert "--- to" not in capsys.readouterr().out


def test_a_first_start_takes_in_old_news_in_silence_and_tells_of_a_danger_that_holds(world, capsys):
    world.past = {name: [f"{ATTACKS['a'][0]}, day {n}" for n in range(30)] for name in world.items}
    clock, engine = SteppedClock(datetime.now(UTC)), open_database(world.database)
    daemon = Daemon(load(world.config), Settings(), engine, clock, dry_run=True)
    daemon.round()
    assert "--- to" not in capsys.readouterr().out
    world.items.update(ATTACKS)
    for _ in range(2):
        clock.wait(timedelta(seconds=3))
        daemon.round()
    daemon.close()
    engine.dispose()
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("---")]
    assert sorted(told) == ["--- to 1001", "--- to 1002"]


def holder(database):
    from sqlalchemy import create_engine, text

    engine = create_engine(database)
    with engine.connect() as connection:
        held = dict(connection.execute(text("SELECT name, holder FROM leases")).all())
    engine.dispose()
    return held


HURRIED = """
from datetime import timedelta
import alerter.pipeline.poll, alerter.store.leases
alerter.store.leases.SPAN, alerter.store.leases.MARGIN = 4.0, 1.0
alerter.pipeline.poll._SPAN = timedelta(seconds=4)
"""
"""Leases that end sooner than shipped, so that nobody has to wait for it."""


@pytest.mark.postgres
def test_of_three_daemons_one_that_was_stopped_sends_nothing_and_no_alert_is_lost_or_doubled(world, postgres):
    world.database = postgres
    daemons = [world.start(first=HURRIED) for _ in range(3)]
    try:
        assert until(lambda: world.log.read_text().count("running: ") == 3)
        assert until(lambda: all(holder(postgres).values()))
        stopped = {int(name.split(":")[1]) for name in holder(postgres).values()}
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        world.items.update(ATTACKS)
        assert until(lambda: len(world.bot.messages) >= 2), "another has taken over"
        for process in stopped:
            os.kill(process, signal.SIGCONT)
        world.look_round(2)
        assert world.chats() == ["1001", "1002"]
    finally:
        for process in daemons:
            process.send_signal(signal.SIGCONT)
            stop(process)
    assert set(holder(postgres).values()) == {""}, "who stops in order leaves nothing behind"
