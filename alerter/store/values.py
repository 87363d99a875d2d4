"""Alerts and notifications to JSON and back, by their types."""

from typing import Any

from pydantic import TypeAdapter

from alerter.domain.model import Alert, Notice, Notification

_alert = TypeAdapter(Alert)
_notification = TypeAdapter(Notification)
_notice = TypeAdapter(Notice)


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


def notice_to_json(notice: Notice) -> Any:
    """Return plain JSON values."""
    return _notice.dump_python(notice, mode="json")


def notice_from_json(body: Any) -> Notice:
    """Return the notice that `notice_to_json` wrote."""
    return _notice.validate_python(body, strict=False)
