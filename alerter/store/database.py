"""Opening a database: the engine, its safety settings, and the upgrade to the newest schema."""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def open_database(url: str) -> Engine:
    """Open the database at `url` (SQLAlchemy's form) and bring its schema up to date.

    Raises:
        StoreError: when it cannot be opened, read or upgraded.
    """
    try:
        engine = _engine(url)
        _upgrade(engine)
    except (DBAPIError, OSError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        shown = make_url(url).render_as_string(hide_password=True)
        raise StoreError(f"{shown}: {reason}; set ALERTER_DATABASE to a database that can be written") from error
    return engine


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # a reader that later writes would fail at once with "database is locked": take the write lock first
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
