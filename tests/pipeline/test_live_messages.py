"""One live message a rule and receiver: edited in silence, answered aloud."""

from dataclasses import replace
from datetime import timedelta

import pytest
from botapi import Fault
from desk import HOUR, NOW, Desk, facts, told

from alerter.domain.model import Kind, Reason, Receiver, Replaced, Severity

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "1", "en"), Receiver("west", "2", "en", regions=frozenset("DE")))
    yield desk
    desk.close()


def sent(desk, chat="1"):
    return [message for message in desk.bot.messages if message["chat_id"] == chat]


def test_new_facts_edit_in_silence_and_many_at_once_are_one_edit(desk, bot_api):
    desk.owe(told())
    desk.deliver()
    for number in range(5):
        found = replace(facts("A", -21.0 - number), reasons=(Reason("colder", -19, -21.0 - number),))
        desk.owe(replace(told(Kind.UPDATE, loud=False, at=desk.clock.now()), facts=(found,)))
        desk.clock.wait(timedelta(seconds=2))
        desk.deliver()
    desk.deliver(MINUTE)
    (message,) = sent(desk)
    assert len(bot_api.edits) == 1
    assert "colder, down to −25 °C instead of −19 °C" in message["current"]


def test_an_edit_keeps_speaking_of_every_region_that_is_in_force(desk, bot_api):
    desk.owe(told(regions="AB"))
    desk.deliver()
    desk.owe(told(Kind.UPDATE, "B", loud=False, standing=(facts("A"),)))
    desk.deliver(MINUTE)
    assert "Still in force: <b>A</b>" in bot_api.edits[0]["text"]


def test_a_new_region_answers_the_live_message_and_becomes_it(desk, bot_api):
    desk.owe(told())
    desk.deliver()
    desk.owe(told(regions="B", standing=(facts("A"),)))
    desk.deliver()
    desk.owe(told(Kind.UPDATE, "A", loud=False, standing=(facts("B"),)))
    desk.deliver(MINUTE)
    first, second = sent(desk)
    assert f'"message_id": {first["message_id"]}' in second["reply_parameters"]
    assert second["disable_notification"] == "false"
    assert [edit["message_id"] for edit in bot_api.edits] == [str(second["message_id"])]


@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.CANCEL, Kind.EXPIRE], ids=["repeat", "all-clear", "expired"])
def test_what_must_be_heard_answers_the_live_message_with_sound(desk, bot_api, kind):
    desk.owe(told())
    desk.deliver()
    desk.owe(told(kind, at=NOW + HOUR))
    desk.deliver(HOUR)
    first, second = sent(desk)
    assert f'"message_id": {first["message_id"]}' in second["reply_parameters"]
    assert second["disable_notification"] == "false"
    assert bot_api.edits == []
    assert ("All clear: " in second["text"]) == (kind is Kind.CANCEL)
    assert ("Expired, not confirmed: " in second["text"] and "This is no all-clear." in second["text"]) == (kind is Kind.EXPIRE)


def test_a_partial_all_clear_says_what_stays_in_force_and_a_whole_one_ends_it(desk, bot_api):
    desk.owe(told(regions="ABCDE"))
    desk.deliver()
    over = replace(facts("D"), reasons=(Reason("no_cold", new=-12),))
    part = replace(told(Kind.CANCEL, "D"), facts=(over,), standing=tuple(map(facts, "ABCE")))
    desk.owe(part)
    desk.deliver()
    for chat, still in (("1", "A, B, C, E"), ("2", "E")):
        text = desk.shown(chat)[-1]
        assert text.startswith("🟠 Partly over: ")
        assert f"Still in force: <b>{still}</b> · severe" in text
        assert "a fresh forecast no longer shows −12 °C or below" in text
    desk.owe(replace(told(Kind.CANCEL, "E"), standing=tuple(map(facts, "ABC"))))
    desk.deliver()
    assert desk.shown("2")[-1].startswith("✅ All clear: ")
    assert desk.shown("1")[-1].startswith("🟠 Partly over: ")
    desk.owe(told(at=NOW + HOUR, regions="E", standing=tuple(map(facts, "ABC"))))
    desk.deliver()
    assert "reply_parameters" not in sent(desk, "2")[-1], "what has ended is not answered"


def test_a_graver_rule_answers_the_weaker_ones_message_which_falls_silent(desk, bot_api):
    desk.owe(told(rule="weak"))
    desk.deliver()
    graver = told(rule="grave", severity=Severity.EXTREME, replaces=(Replaced("weak", {"en": "weak"}, frozenset("B")),))
    desk.owe(graver)
    desk.deliver()
    first, second = sent(desk)
    assert f'"message_id": {first["message_id"]}' in second["reply_parameters"]
    assert "This takes the place of the warning “weak”." in second["text"]
    desk.owe(replace(graver, replaces=(Replaced("weak", {}, frozenset()),), regions=("B",), facts=(facts("B"),)))
    desk.deliver()
    desk.owe(told(rule="weak", at=NOW + HOUR))
    desk.deliver()
    assert "reply_parameters" not in sent(desk)[-1]


def test_a_deleted_message_is_written_anew_in_silence_and_lives_on_over_a_restart(desk, bot_api):
    desk.owe(told())
    desk.deliver()
    bot_api.messages[0]["message_id"] = 10**6  # an admin deleted the one we know
    desk.restart()
    desk.owe(told(Kind.UPDATE, loud=False))
    desk.deliver(MINUTE)
    anew = sent(desk)[-1]
    assert anew["disable_notification"] == "true"
    desk.owe(replace(told(Kind.UPDATE, loud=False, at=NOW + HOUR), facts=(facts("A", -30.0),)))
    desk.deliver(HOUR)
    assert bot_api.edits[-1]["message_id"] == str(anew["message_id"])


def test_nothing_overtakes_an_uncertain_alert_of_its_chat(desk, bot_api):
    bot_api.faults.append(Fault(reset=True))
    desk.owe(told())
    desk.deliver()
    desk.owe(told(Kind.UPDATE, loud=False))
    desk.deliver(timedelta(seconds=1))
    assert sent(desk) == []
    desk.deliver(MINUTE)
    assert len(sent(desk)) == 1
    assert [edit["message_id"] for edit in bot_api.edits] == [str(sent(desk)[0]["message_id"])]


def test_after_an_alert_that_never_came_its_next_update_is_a_new_message_with_sound(desk, bot_api):
    bot_api.faults.extend([Fault(reset=True), Fault(reset=True)])
    desk.owe(told(regions="A"))
    desk.deliver()
    desk.deliver(MINUTE)
    assert sent(desk) == []
    desk.owe(told(Kind.UPDATE, loud=False, at=desk.clock.now()))
    desk.deliver(MINUTE)
    assert [message["disable_notification"] for message in sent(desk)] == ["false"]


def test_an_alert_goes_before_edits_and_extreme_before_the_rest(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "1", "en"))
    desk.owe(told(rule="live"))
    desk.deliver()
    desk.owe(
        told(Kind.UPDATE, rule="live", severity=Severity.EXTREME, loud=False, at=NOW - HOUR),
        told(rule="severe"),
        told(rule="extreme", severity=Severity.EXTREME),
    )
    desk.deliver()
    assert [message["text"].split("</b>")[0].split("<b>")[1] for message in sent(desk)] == ["live", "extreme", "severe"]
    desk.close()


def test_quiet_hours_follow_the_clocks_on_the_wall_and_never_silence_the_extreme(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "1", "en", quiet_hours=(22, 7)))
    # 29 March 2026: at 03:00 in Kyiv the clocks go to 04:00, so 07:00 on the wall comes an hour earlier in UTC
    for hour, rule in ((3.5, "before seven"), (4.5, "after seven")):
        desk.clock.set(NOW.replace(month=3, day=29, hour=int(hour), minute=30))
        desk.owe(told(rule=rule, at=desk.clock.now()), told(rule=f"{rule}!", at=desk.clock.now(), severity=Severity.EXTREME))
        desk.deliver()
    silent = {m["text"].split("</b>")[0].split("<b>")[1]: m["disable_notification"] for m in sent(desk)}
    assert silent == {"before seven": "true", "before seven!": "false", "after seven": "false", "after seven!": "false"}
    desk.close()


def test_what_the_budget_does_not_bear_is_held_and_the_extreme_passes(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "1", "en", budget=2))
    for number in range(4):
        desk.owe(told(rule=f"r{number}"))
        desk.deliver(MINUTE)
    desk.owe(told(rule="extreme", severity=Severity.EXTREME), told(Kind.CANCEL, rule="r3"))
    desk.deliver(MINUTE)
    assert [text.split("</b>")[0].split("<b>")[1] for text in desk.shown("1")] == ["r0", "r1", "extreme"]
    assert desk.owed() == 0
    desk.close()
