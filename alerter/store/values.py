"""Alerts and notifications to JSON and back, by their types."""

from typing import Any

from pydantic import TypeAdapter

from alerter.domain.model import Alert, Notification

_alert = TypeAdapter(Alert)
_notification = TypeAdapter(Notification)


def alert_to_json(alert: Alert) -> Any:
    """Return plain JSON values."""
    return _alert.dump_python(alert, mode="json")


def alert_from_json(body: Any) -> Alert:
    """Return the alert that `alert_to_json` wrote."""
    return _alert.validate_python(body, strict=False)


def notification_to_json(notification: Notification) -> Any:
    """Return plain JSON values."""
    return _notification.dump_python(notification, mode="json")


def notification_from_json(body: Any) -> Notification:
    """Return the notification that `notification_to_json` wrote."""
    return _notification.validate_python(body, strict=False)
