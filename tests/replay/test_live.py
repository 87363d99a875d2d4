"""One night, lived by the daemon's own code: polled over loopback, decided, sent. What it learnt, replayed, tells the same."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from alerter.clock import SteppedClock
from alerter.config.load import Configuration, load
from alerter.config.settings import Settings, shipped_config
from alerter.daemon import Daemon
from alerter.demo.botapi import BotApi
from alerter.demo.story import configured, read_story
from alerter.demo.world import World, serve
from alerter.domain.html import plain
from alerter.domain.model import Kind
from alerter.pipeline.compose import messages_of
from alerter.pipeline.pace import Pace
from alerter.replay.journal import Journal
from alerter.replay.lines import write
from alerter.replay.player import Ticks, play
from alerter.store.database import open_database
from alerter.store.history import told_since
from alerter.store.journal import observed_between

BEGIN, END = datetime(2026, 2, 2, 21, tzinfo=UTC), datetime(2026, 2, 3, 2, tzinfo=UTC)
EVERY = timedelta(minutes=30)
TOKEN = "100000:" + "demo" * 9


@dataclass
class Night:
    config: Configuration
    decided: list
    sent: list
    journal: list


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """The night of the attack. A day passes in the time of a few seconds: the clock is set from tick to tick."""
    shipped, clock, sent = load(shipped_config()), SteppedClock(BEGIN), []
    story = read_story(shipped_config())
    bot = BotApi(TOKEN, sent.append)
    url = f"sqlite:///{tmp_path_factory.mktemp('live') / 'a.db'}"
    with serve(World(story, clock, shipped.zone, bot)) as address:
        config = configured(shipped, story, address)
        settings = Settings(telegram_token=SecretStr(TOKEN), telegram_api=address, deadman_url=None)
        engine = open_database(url)
        daemon = Daemon(config, settings, engine, clock)
        daemon.deliverer.pace = Pace(per_chat=0, per_group=1000, overall=1000)
        for step in range((END - BEGIN) // EVERY + 1):
            clock.set(BEGIN + step * EVERY)
            daemon.round()
        daemon.close()
        with engine.connect() as connection:
            decided = [message for _, message in told_since(connection, BEGIN)]
            journal = [write(entry) + "\n" for entry in observed_between(connection, BEGIN, END)]
        engine.dispose()
    return Night(config, decided, sent, journal)


def replayed(night, path, lines):
    path.write_text("".join(lines), encoding="utf-8")
    journal = Journal([path], night.config)
    told = list(play(night.config, journal, Ticks(BEGIN, END, EVERY)))
    journal.close()
    return told


def test_what_a_daemon_learnt_tells_the_same_when_replayed_twice_or_shuffled(night, tmp_path):
    shuffled = night.journal.copy()
    random.Random(1).shuffle(shuffled)
    first, again, other = (replayed(night, tmp_path / "j.jsonl", lines) for lines in (night.journal, night.journal, shuffled))
    assert first == again == other == night.decided
    assert {message.rule for message in first if message.kind is Kind.ALERT} >= {"cold-after-grid-attack"}


def test_the_chat_shows_what_a_replay_prints(night, tmp_path):
    messages, kyiv = messages_of(night.config), night.config.receivers[0]
    told = [message for message in replayed(night, tmp_path / "j.jsonl", night.journal) if set(message.regions) & kyiv.regions]
    rendered = [plain(messages.render(message, kyiv.language, regions=sorted(kyiv.regions))) for message in told if message.loud]
    shown = [plain(one.html) for one in night.sent if one.chat == kyiv.telegram and one.before is None]
    assert shown == rendered
