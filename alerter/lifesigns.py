"""Signs of life: to systemd on this machine, and to a dead man's switch elsewhere that cries when they stop."""

import logging
import os
import socket
from datetime import datetime, timedelta

import requests
from pydantic import SecretStr

log = logging.getLogger(__name__)
_EVERY = timedelta(minutes=1)


class DeadMan:
    """Asks for an address once a minute at most; without an address it does nothing."""

    def __init__(self, url: SecretStr | None) -> None:
        self._url = url
        self._pinged: datetime | None = None

    def ping(self, now: datetime) -> None:
        """Say that all is well at `now`; that the switch does not answer is only logged."""
        if self._url is None or (self._pinged and timedelta(0) <= now - self._pinged < _EVERY):
            return
        self._pinged = now
        try:
            requests.get(self._url.get_secret_value(), timeout=(2, 3))
        except requests.RequestException as error:
            log.warning("the dead-man address does not answer (%s)", type(error).__name__)


def notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); does nothing where systemd does not listen."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())
