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
Send one message that says it is a test to receivers of receivers.yaml, and say for each how it ended, with what to do when
it did not arrive: exit status 0 when all arrived, 1 when not.
"""
_EPILOG = """\
examples:
  alerter send-test channel
  alerter send-test --all     every chat gets it, with sound: tell people before
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "send-test", help="send one message, marked as a test, and say how it ended", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("receivers", nargs="*", metavar="RECEIVER", help="an id of receivers.yaml")
    parser.add_argument("--all", action="store_true", help="every receiver")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Send the messages and print their outcomes."""
    settings, config = configuration()
    known = {one.id: one for one in config.receivers}
    wanted = list(known) if options.all else options.receivers
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        wrong = f"{unknown[0]} is no receiver" if unknown else "no receiver is named"
        return refuse(f"{wrong}; write one of {', '.join(known)}, or --all")
    token = settings.token()
    if not token and any(known[name].telegram != "console" for name in wanted):
        say("no Telegram token: put it in a file and name that in ALERTER_TELEGRAM_TOKEN_FILE")
        return MISTAKES
    arrived = [_tell(known[name], token or "", settings.telegram_api, as_json=options.json) for name in wanted]
    return DONE if all(arrived) else MISTAKES


def _tell(receiver: Receiver, token: str, api: str, *, as_json: bool) -> bool:
    """Send the message to one receiver and print its outcome; return whether it arrived."""
    outcome = _send(receiver, token, api)
    what, advice = _explained(outcome)
    if as_json:
        say(json.dumps({"receiver": receiver.id, "arrived": isinstance(outcome, Sent), "outcome": what, "advice": advice}))
    else:
        say(f"{receiver.id} ({receiver.telegram}): {what}" + (f"\n  what to do: {advice}" if advice else ""))
    return isinstance(outcome, Sent)


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
