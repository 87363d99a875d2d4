"""An answer that cannot be written down at once is neither lost nor asked for again; what was not written does not go out."""

import sqlite3
import time
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import Facts, Kind, Notification, Receiver, Severity
from alerter.pipeline.compose import messages_of
from alerter.pipeline.deliver import Deliverer
from alerter.sinks.outcome import Sent
from alerter.store.database import open_database
from alerter.store.outbox import enqueue, owed
from alerter.store.schema import deliveries

NOW = datetime(2026, 1, 12, tzinfo=UTC)
ALERT = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-30",), (Facts("UA-30"),), titles={"en": "Cold"})


class Sink:
    """Sends at once, and lets a test do something at that moment."""

    def __init__(self):
        self.sent, self.meanwhile = [], lambda: None

    def submit(self, message):
        self.sent.append(message)
        self.meanwhile()
        answer = Future()
        answer.set_result(Sent(len(self.sent)))
        return answer


@pytest.fixture
def parts(tmp_path):
    path = tmp_path / "a.db"
    engine = open_database(f"sqlite:///{path}?timeout=0.1")
    sink = Sink()
    receivers = (Receiver("all", "1", "en"), Receiver("more", "2", "en"))
    clock = SteppedClock(NOW)
    deliverer = Deliverer(
        receivers, engine, clock, messages_of(load(shipped_config())), {"console": sink, "telegram": sink}, "me"
    )
    with engine.begin() as connection:
        enqueue(connection, ALERT, ["all", "more"], timedelta(hours=1))
    yield path, engine, sink, deliverer
    engine.dispose()


def work(deliverer):
    """Deliver until nothing is owed, at the pace of one message a second in a chat."""
    end = time.monotonic() + 10
    while deliverer.run() and time.monotonic() < end:
        pass


def test_an_answer_that_comes_while_the_database_is_locked_is_written_down_later_and_asked_for_no_second_time(parts):
    path, engine, sink, deliverer = parts
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        sink.meanwhile = lambda: other.in_transaction or other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError, match="locked"):
            deliverer.run()
        sink.meanwhile = lambda: None
        other.execute("ROLLBACK")
    work(deliverer)
    with engine.begin() as connection:
        assert owed(connection) == 0
    assert sorted(message.chat for message in sink.sent) == ["1", "2"]


def test_a_message_that_could_not_be_marked_as_sending_is_not_sent_until_it_can(parts):
    _, engine, sink, deliverer = parts
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN NEW.receiver = 'more' BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        )
    for _ in range(3):
        with pytest.raises(DBAPIError, match="no room"):
            deliverer.run()
    assert sink.sent == []
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    work(deliverer)
    assert sorted(message.chat for message in sink.sent) == ["1", "2"]


def test_what_was_marked_while_the_lease_ran_out_is_not_sent_but_is_due_again(parts):
    _, engine, sink, deliverer = parts
    held = deliverer.lease.held
    deliverer.lease.held = lambda: False
    deliverer.run()
    assert sink.sent == []
    with engine.begin() as connection:
        assert set(connection.scalars(deliveries.select().with_only_columns(deliveries.c.state))) == {"due"}
    deliverer.lease.held = held
    work(deliverer)
    assert sorted(message.chat for message in sink.sent) == ["1", "2"]
