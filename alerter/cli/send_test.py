"""`alerter send-test RECEIVER`: one message to one receiver, and what to do when it does not arrive."""

import argparse
import json

from alerter.cli.common import DONE, MISTAKES, Commands, configuration, json_option, refuse, say
from alerter.domain.model import Receiver
from alerter.sinks.console import ConsoleSink
from alerter.sinks.outcome import Dead, Message, Migrated, Outcome, Retry, Sent, Unauthorized, Uncertain
from alerter.sinks.telegram import TelegramSink

_TEXTS = {
    "en": "🔧 <b>TEST. There is no danger.</b>\nThis message shows that warnings reach this chat. Nothing needs to be done.",
    "uk": "🔧 <b>ПЕРЕВІРКА. Небезпеки немає.</b>\nЦе показує, що попередження сюди доходять. Нічого робити не треба.",
}
_ADVICE = {
    "chat not found": "make the bot a member (of a channel: an administrator), and check the number in receivers.yaml",
    "rights": "make the bot an administrator that may post messages",
    "kicked": "add the bot to the chat again",
    "blocked": "the person must unblock the bot, and press Start in its chat",
    "initiate": "a bot cannot write first: the person must press Start in its chat",
    "thread": "the topic is gone: write the number of another one, or none, into receivers.yaml",
}

_DESCRIPTION = """\
Send one message that says it is a test to one receiver of receivers.yaml, and say how it ended: 0 when it arrived, 1 with
what to do when it did not.
"""
_EPILOG = """\
example:
  alerter send-test channel
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "send-test", help="send one message, marked as a test, and say how it ended", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("receiver", metavar="RECEIVER", help="an id of receivers.yaml")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Send the message and print its outcome."""
    settings, config = configuration()
    receiver = next((one for one in config.receivers if one.id == options.receiver), None)
    if receiver is None:
        return refuse(f"{options.receiver} is no receiver; write one of {', '.join(one.id for one in config.receivers)}")
    token = settings.token()
    if receiver.telegram != "console" and not token:
        say("no Telegram token: put it in a file and name that in ALERTER_TELEGRAM_TOKEN_FILE")
        return MISTAKES
    outcome = _send(receiver, token or "", settings.telegram_api)
    what, advice = _explained(outcome)
    if options.json:
        say(json.dumps({"receiver": receiver.id, "arrived": isinstance(outcome, Sent), "outcome": what, "advice": advice}))
    else:
        say(f"{receiver.id} ({receiver.telegram}): {what}" + (f"\n  what to do: {advice}" if advice else ""))
    return DONE if isinstance(outcome, Sent) else MISTAKES


def _send(receiver: Receiver, token: str, api: str) -> Outcome:
    message = Message(receiver.telegram, _TEXTS.get(receiver.language, _TEXTS["en"]), thread=receiver.thread)
    if receiver.telegram == "console":
        return ConsoleSink().send(message)
    sink = TelegramSink(token, api)
    try:
        return sink.send(message)
    finally:
        sink.close()


def _explained(outcome: Outcome) -> tuple[str, str]:
    """Return how sending ended, and what to do about it."""
    match outcome:
        case Sent():
            return f"arrived as message {outcome.message_id}" + (f" ({outcome.note})" if outcome.note else ""), ""
        case Retry():
            wait = f"in {outcome.after.total_seconds():.0f} s"
            return f"did not arrive: {outcome.why}", f"try again {wait}; the daemon does so by itself"
        case Uncertain():
            return (
                f"no answer came: {outcome.why}",
                "look into the chat; if it is not there, check the network and ALERTER_TELEGRAM_API",
            )
        case Migrated():
            return "the group has become a supergroup", f"write {outcome.chat} into receivers.yaml; the daemon follows by itself"
        case Unauthorized():
            return "Telegram does not know the token", "ask @BotFather for it with /token, and write it into the token file"
        case Dead():
            known = next((advice for sign, advice in _ADVICE.items() if sign in outcome.why.lower()), "")
            return f"cannot arrive: {outcome.why}", known or "mend what Telegram complains of, and try again"
