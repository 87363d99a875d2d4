import logging
from datetime import timedelta

import pytest
from botapi import TOKEN, Fault, refusal

from alerter.sinks.outcome import Dead, Message, Migrated, Retry, Sent, Unauthorized, Uncertain
from alerter.sinks.telegram import RedactingFilter, TelegramSink


@pytest.fixture
def sink(bot_api):
    sink = TelegramSink(TOKEN, bot_api.url)
    yield sink
    sink.close()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusal(403, "Forbidden: bot was blocked by the user"), Dead),
        (refusal(400, "Bad Request: chat not found"), Dead),
        (refusal(401, "Unauthorized"), Unauthorized),
        (refusal(404, "Not Found"), Unauthorized),
        (refusal(500, "Internal Server Error"), Retry),
        (Fault(502, "<html>Bad Gateway</html>"), Retry),
        (Fault(reset=True, accept=True), Uncertain),
    ],
)
def test_each_fault_ends_as_its_outcome(bot_api, sink, fault, kind):
    bot_api.faults.append(fault)
    assert isinstance(sink.send(Message("1", "x")), kind)
    assert bot_api.calls == 1


def test_waits_are_told(bot_api, sink):
    bot_api.faults.extend([refusal(429, "Too Many Requests", retry_after=7), Fault(429, "slow down")])
    first, second = sink.send(Message("1", "x")), sink.send(Message("1", "x"))
    assert isinstance(first, Retry)
    assert first.after == timedelta(seconds=7)
    assert isinstance(second, Retry)
    assert second.after == timedelta(seconds=30)


def test_migration_names_the_new_chat(bot_api, sink):
    bot_api.faults.append(refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-1009))
    assert sink.send(Message("-1", "x")) == Migrated("-1009")


def test_refused_connection_is_retried():
    sink = TelegramSink(TOKEN, "http://127.0.0.1:1")
    assert isinstance(sink.send(Message("1", "x")), Retry)
    sink.close()


def test_broken_html_goes_plain(bot_api, sink):
    assert sink.send(Message("1", "<b>cold")) == Sent(1, "sent plain")
    assert bot_api.messages[0]["text"] == "cold"


def test_too_long_is_cut(bot_api, sink):
    assert sink.send(Message("1", "x" * 5000)) == Sent(1, "sent plain")


@pytest.mark.parametrize("why", ["message thread not found", "TOPIC_CLOSED"])
def test_lost_thread_goes_to_the_chat(bot_api, sink, why):
    bot_api.faults.append(refusal(400, f"Bad Request: {why}"))
    assert sink.send(Message("-1", "x", thread=5)) == Sent(1, "thread gone")


def test_edits(bot_api, sink):
    assert sink.send(Message("1", "x")) == Sent(1)
    assert sink.send(Message("1", "x", edit=1)) == Sent(1)
    assert sink.send(Message("1", "y", edit=1)) == Sent(1)
    assert sink.send(Message("1", "z", edit=99)) == Sent(2, "sent as new")
    assert len(bot_api.edits) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_an_edit_without_an_answer_is_simply_made_again_for_two_are_still_one(bot_api, sink, accepted):
    sink.send(Message("1", "x"))
    bot_api.faults.append(Fault(reset=True, accept=accepted))
    assert isinstance(sink.send(Message("1", "y", edit=1)), Retry)
    assert sink.send(Message("1", "y", edit=1)) == Sent(1)
    assert [message["current"] for message in bot_api.messages] == ["y"]


@pytest.mark.parametrize("why", ["need administrator rights in the channel chat", "PEER_ID_INVALID", "CHAT_RESTRICTED"])
def test_a_chat_that_lets_us_write_nothing_is_gone(bot_api, sink, why):
    bot_api.faults.append(refusal(400, f"Bad Request: {why}"))
    ended = sink.send(Message("-1001", "x"))
    assert isinstance(ended, Dead)
    assert ended.receiver_gone


def test_logs_never_hold_the_token(bot_api, sink, caplog):
    caplog.handler.addFilter(RedactingFilter())
    caplog.set_level(logging.DEBUG)
    bot_api.faults.append(refusal(401, "Unauthorized"))
    sink.send(Message("1", "x"))
    logging.getLogger("x").warning("at /bot%s/", TOKEN)
    assert TOKEN not in caplog.text
