"""The fault matrix: each fault of Telegram's over a real socket, what the subscriber sees, the operator sees, and is lost."""

import pytest
from botapi import refusal
from desk import Desk, told
from matrix import MATRIX, H, M, S

from alerter.domain.model import Receiver
from alerter.pipeline.deliver import TokenRefusedError


@pytest.fixture
def desk(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "-1001", "en", thread=5), patience=0.4)
    yield desk
    desk.close()


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.fault)
def test_each_fault_is_outlasted_or_said_aloud(desk, bot_api, row, caplog):
    bot_api.faults.extend(row.faults)
    desk.owe(told())
    desk.deliver()
    if row.after > 2 * S and len(row.faults) == 1:
        desk.deliver(min(row.after - 2 * S, 4 * S))
        assert bot_api.calls == 1 + len(desk.shown("9")), "no call into a chat that is to be left alone"
    for _ in range(12):
        desk.deliver(row.after / 12 + S)
    notices = desk.shown("9")
    assert len(desk.shown(row.chat)) == row.copies
    assert all(("<b>" not in text) == row.plain for text in desk.shown(row.chat))
    assert [row.operator in text for text in notices] == ([True] if row.operator else [])
    assert bot_api.calls - len(notices) == row.calls
    assert row.logged in caplog.text
    assert desk.owed() == row.waits


def test_the_new_number_of_a_group_is_kept_over_a_restart(desk, bot_api):
    bot_api.faults.append(refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-1009))
    desk.owe(told())
    desk.deliver()
    desk.restart()
    desk.owe(told(rule="other"))
    desk.deliver()
    assert len(desk.shown("-1009")) == 2
    assert desk.shown("-1001") == []


def test_a_penalty_holds_over_a_restart_and_for_all_who_share_the_chat(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("topic-1", "-1001", "en", thread=1), Receiver("topic-2", "-1001", "en", thread=2))
    bot_api.faults.append(refusal(429, "Too Many Requests", retry_after=300))
    desk.owe(told())
    desk.deliver()
    desk.restart()
    desk.deliver(299 * S)
    assert bot_api.calls == 1
    desk.deliver(3 * S)
    assert len(desk.shown("-1001")) == 2
    desk.close()


def test_a_penalty_for_one_chat_delays_no_other(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, *(Receiver(f"r{n}", str(100 + n), "en") for n in range(5)))
    bot_api.faults.append(refusal(429, "Too Many Requests", retry_after=300))
    desk.owe(told())
    desk.deliver()
    assert len(bot_api.messages) == 4
    desk.close()


@pytest.mark.parametrize("moved", [True, False], ids=["given another chat", "mended"])
def test_a_receiver_that_blocked_us_is_left_alone_and_gets_what_it_is_owed_once_its_chat_is_mended(desk, bot_api, moved):
    bot_api.faults.append(refusal(403, "Forbidden: bot was blocked by the user"))
    desk.owe(told())
    desk.deliver()
    desk.owe(told(rule="other"))
    desk.deliver(H)
    assert bot_api.calls == 2, "one refusal, one notice"
    if moved:
        desk.receivers = (Receiver("all", "-1002", "en"), desk.receivers[-1])
    desk.restart()
    desk.deliver()
    assert len(desk.shown("-1002" if moved else "-1001")) == 2


def test_a_receiver_that_is_never_mended_costs_one_call_a_restart_and_one_notice_a_day(desk, bot_api):
    bot_api.chats = {"9"}
    desk.owe(told())
    for _ in range(5):
        desk.restart()
        desk.deliver(M)
    assert bot_api.calls == 5 + len(desk.shown("9"))
    assert len(desk.shown("9")) == 1
    desk.deliver(24 * H)
    desk.deliver(M)
    assert desk.owed() == 0
    assert "too old" in desk.shown("9")[-1]


def test_a_refused_token_stops_the_sender_and_loses_nothing(desk, bot_api):
    bot_api.faults.append(refusal(401, "Unauthorized"))
    desk.owe(told())
    with pytest.raises(TokenRefusedError, match="ALERTER_TELEGRAM_TOKEN_FILE"):
        desk.deliver()
    desk.restart()
    desk.deliver()
    assert len(desk.shown("-1001")) == 1


def test_what_is_too_old_to_help_is_given_up_and_said(desk, bot_api):
    bot_api.faults.append(refusal(429, "Too Many Requests", retry_after=30 * 3600))
    desk.owe(told())
    desk.deliver()
    desk.deliver(31 * H)
    desk.deliver(S)
    assert desk.shown("-1001") == []
    assert any("did not arrive" in text and "too old" in text for text in desk.shown("9"))
    assert desk.owed() == 0
