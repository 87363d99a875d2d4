"""Many receivers at once, before a Bot API that enforces the documented limits; `benchmarks/fanout.py` has the figures."""

import time
from datetime import timedelta
from itertools import pairwise
from threading import Timer

from botapi import Fault
from desk import Desk, facts, told

from alerter.domain.model import Kind, Receiver, Severity
from alerter.pipeline.pace import Pace

MINUTE = timedelta(minutes=1)


def limited(bot_api):
    bot_api.per_chat, bot_api.group_minute, bot_api.overall = 1, 20, 30
    return bot_api


def test_no_limit_is_exceeded_and_an_extreme_alert_overtakes(tmp_path, bot_api):
    limited(bot_api)
    many = [Receiver(f"r{n}", str(1000 + n), "en", regions=frozenset("A")) for n in range(75)]
    desk = Desk(tmp_path, bot_api, *many, Receiver("x", "5000", "en", regions=frozenset("B")), pace=Pace())
    desk.owe(told(regions="A"))
    late = Timer(0.5, lambda: desk.owe(told(regions="B", rule="extreme", severity=Severity.EXTREME)))
    late.start()
    desk.deliver()
    late.join()
    assert bot_api.refused == 0
    assert len({message["chat_id"] for message in bot_api.messages}) == 76
    place = [message["chat_id"] for message in bot_api.messages].index("5000")
    assert place < 60, "it did not wait for its turn in the queue"
    desk.close()


def test_one_chat_gets_a_message_a_second_new_or_edited(tmp_path, bot_api):
    limited(bot_api)
    desk = Desk(tmp_path, bot_api, Receiver("r", "1", "en"), pace=Pace())
    desk.owe(told(rule="a"), told(rule="b"))
    began = time.monotonic()
    desk.deliver()
    colder = told(Kind.UPDATE, rule="a", loud=False, facts=(facts("A", -30.0),))
    desk.owe(colder, told(rule="c"))
    desk.deliver(MINUTE)
    assert bot_api.refused == 0
    assert (len(bot_api.messages), len(bot_api.edits)) == (3, 1)
    assert time.monotonic() - began > 3
    desk.close()


def test_a_slow_answer_holds_up_nobody_else(tmp_path, bot_api):
    bot_api.faults.append(
        Fault(200, {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}, delay=4)
    )
    desk = Desk(tmp_path, bot_api, *(Receiver(f"r{n}", str(1000 + n), "en") for n in range(20)))
    desk.owe(told())
    began = time.monotonic()
    desk.deliver()
    times = [message["time"] - began for message in bot_api.messages]
    assert len(times) == 19
    assert max(times) < 4, "all others were there before the slow answer came"
    desk.close()


def test_the_twenty_first_message_of_a_minute_waits_in_a_group():
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    sent = []
    while len(sent) < 25:
        if pace.delay() == 0 and pace.allows("-100"):
            pace.start("-100")
            pace.end("-100", now[0], now[0])
            sent.append(now[0])
        now[0] += 0.25
    assert sent[19] < 25
    assert sent[20] >= sent[0] + 60
    assert min(b - a for a, b in pairwise(sent)) >= 1
