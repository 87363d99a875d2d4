"""The tables. Moments are stored as ISO 8601 text in UTC, so that they sort and can be read by eye."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A timezone-aware datetime, kept as text of one width."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Write UTC text."""
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read it back."""
        return None if value is None else datetime.fromisoformat(value)


class Words(TypeDecorator[str]):
    """Text of any origin: what no database or encoding can hold (U+0000, half a surrogate pair) is written as a sign for it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Write what can be written."""
        return None if value is None else value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("next_due", Moment, nullable=False),
    Column("fetched_ok_at", Moment),
    Column("newest_item_at", Moment),
    Column("content_changed_at", Moment),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_hash", Words),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_error", Words),
    Column("tried_at", Moment),
    Column("leased_by", Words),
    Column("leased_until", Moment),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("guid", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("published", Moment),
    Column("observed", Moment, nullable=False),
    Column("owner", Words, nullable=False),
    Column("reliability", String(1), nullable=False),
    UniqueConstraint("source", "guid"),
)
Index("items_observed", items.c.observed)

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("provider", String(100), nullable=False),
    Column("region", String(20), nullable=False),
    Column("point", String(100), nullable=False),
    Column("start", Moment, nullable=False),
    Column("issued", Moment),
    Column("observed", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("forecasts_region", forecasts.c.region, forecasts.c.provider, forecasts.c.point, forecasts.c.observed)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("observed", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("bulletins_source", bulletins.c.source, bulletins.c.observed)

polls = Table(
    "polls",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("slot", Moment, primary_key=True),
    Column("observed", Moment, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("rule", String(100), primary_key=True),
    Column("region", String(20), primary_key=True),
    Column("body", JSON, nullable=False),
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)
Index("notifications_rule", notifications.c.rule, notifications.c.kind, notifications.c.at)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notification", Integer, nullable=False),
    Column("receiver", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("uncertain", Integer, nullable=False, default=0),
    Column("next_attempt", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("epoch", Integer),
    Column("expires", Moment, nullable=False),
    Column("message", Integer),
    Column("delivered_at", Moment),
    Column("why", Words),
    UniqueConstraint("notification", "receiver"),
)
Index("deliveries_due", deliveries.c.state, deliveries.c.next_attempt)
Index("deliveries_receiver", deliveries.c.receiver, deliveries.c.delivered_at)

live = Table(
    "live_messages",
    metadata,
    Column("receiver", String(100), primary_key=True),
    Column("rule", String(100), primary_key=True),
    Column("message", Integer, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("receiver", String(100), primary_key=True),
    Column("address", Words),
    Column("blocked_until", Moment),
    Column("blocked_at", Moment),
    Column("moved_to", Words),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("why", Words),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("holder", Words, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("beat", Integer, nullable=False),
)
