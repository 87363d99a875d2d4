"""When to ask again: what the server wants is kept, and no silence is for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from alerter.sources.schedule import next_due

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_never_sooner_than_the_server_wants(jitter):
    assert next_due(NOW, 3 * HOUR, MINUTE, 1, jitter) >= NOW + MINUTE
    assert next_due(NOW, 5 * MINUTE, HOUR, 0, jitter) >= NOW + HOUR
    assert next_due(NOW, 3 * HOUR, 20 * HOUR, 4, jitter, timedelta(days=1)) >= NOW + 20 * HOUR


def test_a_limit_of_a_minute_costs_a_minute_and_not_a_whole_round():
    assert next_due(NOW, 3 * HOUR, MINUTE, 1, 0.5) == NOW + MINUTE


def test_what_is_asked_seldom_is_asked_again_soon_after_a_failure():
    assert next_due(NOW, 6 * HOUR, None, 1, 0.5) == NOW + 10 * MINUTE
    assert next_due(NOW, 6 * HOUR, None, 9, 0.5) == NOW + 30 * MINUTE
    assert next_due(NOW, timedelta(seconds=1), None, 1, 0.5) == NOW + timedelta(seconds=2)


def test_a_feed_may_not_ask_for_a_silence_of_a_day():
    assert next_due(NOW, 5 * MINUTE, timedelta(days=1), 0, 0.5) == NOW + 6 * HOUR
