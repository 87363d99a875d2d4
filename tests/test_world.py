"""The whole way over loopback: feeds, forecast and Bot API by URL, the daemon as its own process."""

import time

import pytest
from botapi import TOKEN
from world import World, stop, until

ATTACKS = {
    "a": ["Russian missiles hit a substation in Kharkiv region, officials say"],
    "b": ["Drones damaged a thermal power plant near Kharkiv last night"],
}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


def test_two_independent_attacks_and_frost_reach_each_covering_receiver_once_and_end_in_one_all_clear(world):
    world.items["a"] = ATTACKS["a"]
    process = world.start()
    try:
        world.look_round()
        assert world.chats() == [], "one source is a rumour"
        world.items["b"] = ATTACKS["b"]
        assert until(lambda: len(world.bot.messages) >= 2)
        world.look_round(2)
        assert world.chats() == ["1001", "1002"]
    finally:
        status = stop(process)
    assert status == 0
    assert TOKEN not in world.log.read_text()
    process = world.start()
    try:
        world.look_round()
        assert world.chats() == ["1001", "1002"], "a restart sends nothing again"
        world.cold = 1.0
        assert until(lambda: len(world.bot.messages) >= 4)
        world.look_round(2)
        assert world.chats() == ["1001", "1001", "1002", "1002"]
    finally:
        stop(process)


def test_twenty_kills_at_any_moment_lose_no_alert(world):
    world.items.update(ATTACKS)
    for number in range(20):
        process = world.start()
        time.sleep(0.3 + 0.08 * number)
        process.kill()
        process.wait()
    process = world.start()
    try:
        assert until(lambda: {"1001", "1002"} <= set(world.chats()))
        time.sleep(1)
    finally:
        stop(process)
    assert set(world.chats()) == {"1001", "1002"}
    assert len(world.bot.messages) - 2 <= world.log.read_text().count("may be a repeat") <= 20


def test_silent_sources_never_give_an_all_clear(world):
    world.items.update(ATTACKS)
    process = world.start()
    try:
        assert until(lambda: len(world.bot.messages) >= 2)
        world.silence()
        time.sleep(5)
        assert len(world.bot.messages) == 2
    finally:
        stop(process)
