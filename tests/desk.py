"""The sending half of a daemon on a clock that is set by hand, before a Bot API that breaks when asked to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from botapi import TOKEN, BotApi

from alerter.clock import SteppedClock
from alerter.domain.messages import Messages
from alerter.domain.model import ColdSpell, Facts, Kind, Notification, Receiver, Severity
from alerter.domain.standing import covering, time_to_live
from alerter.pipeline.deliver import Deliverer
from alerter.pipeline.pace import Pace
from alerter.sinks.console import ConsoleSink
from alerter.sinks.telegram import TelegramSink
from alerter.store.database import open_database
from alerter.store.leases import release
from alerter.store.outbox import enqueue, owed

NOW = datetime(2026, 1, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEMPLATES = {p.name: p.read_text(encoding="utf-8") for p in (Path(__file__).parents[1] / "config/templates").glob("*.j2")}
NAMES = {code: {"en": code, "uk": code} for code in ("A", "B", "C", "D", "E")}
MESSAGES = Messages(TEMPLATES, NAMES, ZoneInfo("Europe/Kyiv"), zone_names={"en": "Kyiv time"})


def facts(region, minimum=-19.0, **more):
    spell = ColdSpell(region, -15, NOW, NOW + 30 * HOUR, minimum, None, 0.8, 50, "Open-Meteo", NOW)
    return Facts(region, spell=spell, **more)


def told(kind=Kind.ALERT, regions="A", *, rule="frost", severity=Severity.SEVERE, loud=True, at=NOW, **more):
    found = more.pop("facts", None) or tuple(facts(region) for region in regions)
    return Notification(rule, kind, at, severity, tuple(regions), found, loud, {"en": rule}, **more)


def hurried():
    return Pace(per_chat=0, per_group=10**6, overall=10**6)


class Desk:
    """`receivers` hear; `ops` in chat 9 hears about the alerter."""

    def __init__(self, path: Path, bot: BotApi, *receivers: Receiver, pace: Pace | None = None, patience: float = 5) -> None:
        self.bot, self.clock = bot, SteppedClock(NOW)
        self.receivers = (*receivers, Receiver("ops", "9", "en", role="operators"))
        self.engine = open_database(f"sqlite:///{path / 'desk.db'}")
        self.sink = TelegramSink(TOKEN, bot.url, patience)
        self.pace = pace
        self.restart()

    def restart(self) -> None:
        with self.engine.begin() as connection:
            release(connection, {"me"})
        sinks = {"telegram": self.sink, "console": ConsoleSink()}
        self.deliverer = Deliverer(self.receivers, self.engine, self.clock, MESSAGES, sinks, "me", self.pace or hurried())

    def owe(self, *notifications: Notification) -> None:
        with self.engine.begin() as connection:
            for one in notifications:
                enqueue(connection, one, covering(self.receivers, one), time_to_live(one))

    def deliver(self, after: timedelta = timedelta(0)) -> None:
        self.clock.wait(after)
        while self.deliverer.run():
            pass

    def owed(self) -> int:
        with self.engine.begin() as connection:
            return owed(connection)

    def shown(self, chat: str) -> list[str]:
        return [message["current"] for message in self.bot.messages if message["chat_id"] == chat]

    def close(self) -> None:
        self.sink.close()
        self.engine.dispose()
