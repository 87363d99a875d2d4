"""One holder at a time, whatever the clocks say; a holder that stood still too long learns it before it acts."""

import time

import pytest
from sqlalchemy.exc import DBAPIError

from alerter.store import database, leases
from alerter.store.database import open_database
from alerter.store.leases import SPAN, Lease, release
from alerter.store.schema import alerts


class Steady:
    """A steady clock of one process, moved by hand."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def engine(database_url):
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def takes(lease, engine):
    with lease.hold(engine) as connection:
        return connection is not None


def test_a_lease_is_taken_over_only_after_its_holder_was_silent_for_the_span(engine):
    clock = Steady()
    first, second = Lease("tick", "a", clock), Lease("tick", "b", clock)
    assert takes(first, engine)
    assert not takes(second, engine)
    clock.now += SPAN / 2
    assert takes(first, engine), "renewed"
    assert not takes(second, engine)
    clock.now += SPAN - 0.1
    assert not takes(second, engine), "the span counts from the last sign of life that was seen"
    clock.now += 0.1
    assert takes(second, engine)
    assert not takes(first, engine)


def test_a_stopped_holder_knows_it_may_not_act_before_another_takes_over(engine):
    clock = Steady()
    first, second = Lease("tick", "a", clock), Lease("tick", "b", clock)
    assert takes(first, engine)
    takes(second, engine)
    clock.now += SPAN - 1
    assert not first.held()
    assert not takes(second, engine)
    clock.now += 1
    assert takes(second, engine)
    assert second.epoch == first.epoch + 1
    assert not takes(first, engine)


def test_a_transaction_that_fails_renews_nothing(engine):
    clock = Steady()
    lease = Lease("tick", "a", clock)
    with pytest.raises(RuntimeError), lease.hold(engine):
        raise RuntimeError
    assert not lease.held()
    assert takes(Lease("tick", "b", clock), engine), "nothing was taken"


def test_a_released_lease_is_free_at_once_and_its_epochs_go_on(engine):
    clock = Steady()
    first, second = Lease("tick", "a", clock), Lease("tick", "b", clock)
    assert takes(first, engine)
    with engine.begin() as connection:
        release(connection, {"a"})
    assert takes(second, engine)
    assert second.epoch == 2
    assert not takes(first, engine)
    assert not first.held()


def test_who_gives_a_lease_back_for_good_does_not_take_it_again_in_the_same_breath(engine):
    lease = Lease("tick", "a", Steady())
    assert takes(lease, engine)
    lease.retire()
    with engine.begin() as connection:
        release(connection, {"a"})
    assert not takes(lease, engine)
    assert takes(Lease("tick", "b", Steady()), engine)


def test_a_process_stopped_in_the_middle_of_a_transaction_loses_the_lease_and_cannot_commit(postgres, monkeypatch):
    monkeypatch.setattr(leases, "SPAN", 0.5)
    other = open_database(postgres)  # which brings the schema up to date, at its leisure
    monkeypatch.setitem(database._SERVER, "idle_in_transaction_session_timeout", "1500ms")
    stopped = open_database(postgres)
    first, second = Lease("tick", "a"), Lease("tick", "b")
    taken = []

    def stand_still():
        with first.hold(stopped) as connection:
            taken.append(takes(second, other))  # the row is locked, and nobody waits for it
            until = time.monotonic() + 15
            while not taken[-1] and time.monotonic() < until:
                time.sleep(0.1)
                taken.append(takes(second, other))
            connection.execute(alerts.insert().values(rule="r", region="UA-30", body={}))

    with pytest.raises(DBAPIError, match="idle-in-transaction timeout"):
        stand_still()
    assert (taken[0], taken[-1]) == (False, True)
    with other.begin() as connection:
        assert connection.execute(alerts.select()).all() == []
    stopped.dispose()
    other.dispose()
