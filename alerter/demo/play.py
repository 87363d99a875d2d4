"""Runs the daemon's own jobs through the story on a clock that is set from step to step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from alerter.clock import SteppedClock
from alerter.config.load import Configuration
from alerter.config.settings import Settings
from alerter.daemon import Daemon
from alerter.demo.botapi import BotApi, Told
from alerter.demo.story import Post, Story, configured
from alerter.demo.world import World, serve
from alerter.pipeline.pace import Pace
from alerter.store.database import open_database

STEP = timedelta(hours=1)
PAUSE = timedelta(seconds=30)
"""After this the edits are made that waited for others to join them."""

TOKEN = "100000:" + "demo" * 9
"""Shaped like a bot's token; only the loopback Bot API knows it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens: a post appears, or a subscriber's chat shows a message."""

    at: datetime
    post: Post | None = None
    told: Told | None = None
    subscriber: str = ""


def play(config: Configuration, story: Story, show: Callable[[Scene], None]) -> None:
    """Live through the story; `show` is called with each scene as it happens."""
    clock = SteppedClock(story.start.astimezone(UTC))
    names = {str(number): one.id for number, one in enumerate(story.subscribers, 1)}
    bot = BotApi(TOKEN, lambda told: show(Scene(clock.now(), told=told, subscriber=names[told.chat])))
    with serve(World(story, clock, config.zone, bot)) as url, TemporaryDirectory() as directory:
        settings = Settings(telegram_token=SecretStr(TOKEN), telegram_api=url, deadman_url=None)
        engine = open_database(f"sqlite:///{Path(directory) / 'demo.db'}")
        daemon = Daemon(configured(config, story, url), settings, engine, clock)
        daemon.deliverer.exercise = True
        daemon.deliverer.pace = Pace(per_chat=0, per_group=1000, overall=1000)  # a week of messages in seconds
        shown = 0
        posts = sorted(story.posts, key=lambda post: post.at)
        for moment in moments(story):
            clock.set(moment.astimezone(UTC))
            while shown < len(posts) and posts[shown].at <= moment:
                show(Scene(posts[shown].at, post=posts[shown]))
                shown += 1
            daemon.round()
            clock.wait(PAUSE)
            daemon.deliver()
        daemon.close()
        engine.dispose()


def moments(story: Story) -> Iterator[datetime]:
    """Yield when to look: every hour, and a minute after each post."""
    posts = {post.at + timedelta(minutes=1) for post in story.posts}
    steps = {story.start + n * STEP for n in range((story.until - story.start) // STEP + 1)}
    yield from sorted(moment for moment in posts | steps if moment <= story.until)
