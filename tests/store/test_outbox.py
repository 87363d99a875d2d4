"""What is owed is sent, whatever stands beside it; what a killed process held is free again."""

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from alerter.daemon import _dead
from alerter.domain.model import Kind, Notification, Severity
from alerter.store.database import open_database
from alerter.store.outbox import due, enqueue, owed
from alerter.store.schedule import claim_due, enrol, holders, release, take_lease
from alerter.store.schema import notifications

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(tmp_path):
    with open_database(f"sqlite:///{tmp_path / 'a.db'}").begin() as connection:
        yield connection


def test_a_row_that_cannot_be_read_back_holds_up_no_other(connection, caplog):
    notification = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-63",), titles={"en": "Cold"})
    broken = enqueue(connection, notification, ["a"], HOUR)
    enqueue(connection, notification, ["b"], HOUR)
    connection.execute(notifications.update().where(notifications.c.id == broken).values(body={"rule": None}))
    assert [delivery.receiver for delivery in due(connection, NOW, 10)] == ["b"]
    assert owed(connection) == 1
    assert "to a cannot be read back" in caplog.text


def test_sources_and_leases_of_a_dead_holder_are_free_at_once(connection):
    enrol(connection, ["feed"], NOW)
    assert claim_due(connection, ["feed"], NOW, "gone", HOUR)
    assert take_lease(connection, "tick", "gone", NOW, HOUR)
    assert holders(connection) == {"gone"}
    release(connection, {"gone"})
    assert claim_due(connection, ["feed"], NOW, "next", HOUR)
    assert take_lease(connection, "tick", "next", NOW, HOUR)


def test_only_processes_of_this_machine_that_are_no_more_are_dead():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host = socket.gethostname()
    try:
        assert _dead(f"{host}:{ended.pid}")
        assert not _dead(f"{host}:{running.pid}")
        assert not _dead(f"elsewhere:{ended.pid}")
    finally:
        running.communicate(b"\n")
