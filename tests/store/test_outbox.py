"""What is owed is sent, whatever stands beside it; what a killed process held is free again."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerter.domain.model import Kind, Notification, Severity
from alerter.store.chats import set_chat
from alerter.store.database import open_database
from alerter.store.leases import _machine, holder_name, holders, is_dead, release
from alerter.store.outbox import begin, due, enqueue, fetch, owed, settle
from alerter.store.schedule import ClaimLostError, claim_due, enrol, keep_claim, renew_claims
from alerter.store.schedule import settle as settle_source
from alerter.store.schema import notifications

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database_url):
    engine = open_database(database_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_a_row_that_cannot_be_read_back_holds_up_no_other(connection, caplog):
    notification = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-63",), titles={"en": "Cold"})
    broken = enqueue(connection, notification, ["a"], HOUR)
    enqueue(connection, notification, ["b"], HOUR)
    connection.execute(notifications.update().where(notifications.c.id == broken).values(body={"rule": None}))
    read = [fetch(connection, row.id) for row in due(connection, NOW, 10, 1)]
    assert [delivery and delivery.receiver for delivery in read] == [None, "b"]
    assert owed(connection) == 1
    assert "to a cannot be read back" in caplog.text


def test_sources_of_a_dead_holder_are_free_at_once(connection):
    enrol(connection, ["feed"], NOW)
    assert claim_due(connection, ["feed"], NOW, "gone", HOUR)
    assert holders(connection) == {"gone"}
    release(connection, {"gone"})
    assert claim_due(connection, ["feed"], NOW, "next", HOUR)


def test_a_source_whose_poller_gives_no_sign_of_life_is_soon_polled_by_another(connection):
    span, second = timedelta(seconds=20), timedelta(seconds=1)
    enrol(connection, ["slow", "stopped"], NOW)
    assert len(claim_due(connection, ["slow", "stopped"], NOW, "a", span)) == 2
    for passed in range(60):
        renew_claims(connection, ["slow"], NOW + passed * second, "a", span)
    later = NOW + 60 * second
    assert [row.id for row in claim_due(connection, ["slow", "stopped"], later, "b", span)] == ["stopped"]
    renew_claims(connection, ["slow", "stopped"], later, "a", span)
    keep_claim(connection, "stopped", "b")
    with pytest.raises(ClaimLostError):
        keep_claim(connection, "stopped", "a")


def test_what_was_in_the_hands_of_another_epoch_is_taken_over_and_its_late_answer_changes_nothing(connection):
    notification = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-63",), titles={"en": "Cold"})
    enqueue(connection, notification, ["a"], HOUR)
    (mine,) = (fetch(connection, row.id) for row in due(connection, NOW, 10, 1))
    begin(connection, mine, 1, NOW)
    assert due(connection, NOW, 10, 1) == [], "its own sender still waits for the answer"
    (orphan,) = (fetch(connection, row.id) for row in due(connection, NOW, 10, 2))
    begin(connection, orphan, 2, NOW)
    assert not settle(connection, mine.id, 1, state="sent")
    assert settle(connection, mine.id, 2, state="sent")
    assert owed(connection) == 0


def test_a_clock_set_back_an_hour_delays_neither_sources_nor_messages(connection):
    before = NOW - HOUR
    enrol(connection, ["feed"], NOW)
    claim_due(connection, ["feed"], NOW, "a", timedelta(minutes=3))
    assert claim_due(connection, ["feed"], before, "b", timedelta(minutes=3)), "the lease lies too far ahead to be one"
    enrol(connection, ["other"], NOW)
    rows = claim_due(connection, ["other"], NOW, "a", timedelta(minutes=3))
    settle_source(connection, "a", [replace(row, next_due=NOW + HOUR) for row in rows])
    assert claim_due(connection, ["other"], before, "b", timedelta(minutes=3)), "it was tried in the future"
    notification = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-63",), titles={"en": "Cold"})
    enqueue(connection, notification, ["a"], HOUR)
    set_chat(connection, "a", blocked_until=NOW + HOUR, blocked_at=NOW)
    assert due(connection, before, 10, 1)
    set_chat(connection, "a", blocked_until=NOW, blocked_at=before)
    assert not due(connection, before, 10, 1), "a penalty of the present clock holds"


def test_only_processes_of_this_machine_that_are_no_more_are_dead():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert is_dead(f"{_machine()}:{ended.pid}:x")
        assert not is_dead(f"{_machine()}:{running.pid}:x")
        assert not is_dead(f"elsewhere/1:{ended.pid}:x")
        assert not is_dead(holder_name())
    finally:
        running.communicate(b"\n")
