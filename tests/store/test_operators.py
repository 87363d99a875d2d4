"""What operators are told is owed like any message, and told once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from botapi import TOKEN, check_html

from alerter.clock import SteppedClock
from alerter.domain.html import parsed_length
from alerter.domain.messages import Messages
from alerter.domain.model import Notice, Receiver
from alerter.pipeline.deliver import Deliverer
from alerter.sinks.console import ConsoleSink
from alerter.sinks.telegram import TelegramSink
from alerter.store.database import open_database
from alerter.store.operators import tell_operators
from alerter.store.outbox import owed

NOW = datetime(2026, 1, 12, tzinfo=UTC)
TEMPLATES = {p.name: p.read_text() for p in (Path(__file__).parents[2] / "config/templates").glob("*.j2")}
MESSAGES = Messages(TEMPLATES, {}, ZoneInfo("UTC"))
MISTAKES = Notice("config", {"mistakes": ["rules.yaml:3: severity — write <severe>"]})


@pytest.fixture
def engine(tmp_path):
    return open_database(f"sqlite:///{tmp_path / 'a.db'}")


def deliver(engine, bot_api, receivers):
    sink = TelegramSink(TOKEN, bot_api.url)
    deliverer = Deliverer(receivers, engine, SteppedClock(NOW), MESSAGES, {"telegram": sink, "console": ConsoleSink()}, "me")
    while deliverer.run():
        pass
    sink.close()


def test_each_operator_is_told_and_no_subscriber(engine, bot_api):
    with engine.begin() as connection:
        assert tell_operators(connection, MISTAKES, NOW)
    receivers = (Receiver("ops", "1", "en", role="operators"), Receiver("all", "2", "en"))
    deliver(engine, bot_api, receivers)
    (message,) = bot_api.messages
    assert message["chat_id"] == "1"
    assert "• rules.yaml:3: severity — write &lt;severe&gt;" in message["text"]


def test_the_same_is_told_once_in_its_time(engine):
    with engine.begin() as connection:
        assert tell_operators(connection, MISTAKES, NOW, once_per=timedelta(hours=1))
        assert not tell_operators(connection, MISTAKES, NOW + timedelta(minutes=59), once_per=timedelta(hours=1))
        assert tell_operators(connection, MISTAKES, NOW + timedelta(minutes=61), once_per=timedelta(hours=1))
        assert tell_operators(connection, Notice("config_loaded"), NOW, once_per=timedelta(hours=1))


def test_without_operators_the_log_has_it_and_nothing_stays_owed(engine, bot_api, caplog):
    with engine.begin() as connection:
        tell_operators(connection, MISTAKES, NOW)
    deliver(engine, bot_api, ())
    assert "write <severe>" in caplog.text
    with engine.begin() as connection:
        assert owed(connection) == 0


@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_notice_fits_and_parses_whatever_it_says(language):
    many = Notice("config", {"mistakes": [f"{n} <b> & " + "x" * 400 for n in range(90)]})
    unheard = Notice("unheard_of", {"a": "<", "b": ["1", "2"], "c": 3})
    for notice in (many, unheard):
        html = MESSAGES.notice(notice, language)
        assert parsed_length(html) <= 4000
        assert check_html(html)[1] == ""
