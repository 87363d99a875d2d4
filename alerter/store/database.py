"""Opening a database: the engine, its safety settings, one daemon a SQLite file, and the upgrade to the newest schema."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from alerter.store.faults import describe, fault_of

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The newest schema; each migration's file name begins with its number."""

LOCK_SECONDS = 30
"""How long a SQLite database may be locked by another process before that is an error (`?timeout=` in the URL is heard)."""

_SERVER = {
    # a daemon stopped in the middle of a transaction must not keep its row locks: the server ends its session
    "idle_in_transaction_session_timeout": "15s",
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
}
_CLIENT = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "client_encoding": "utf8", "application_name": "alerter"}
_UPGRADING = 7_246_001


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do. `passing`: another try may succeed."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        """Take the whole line that the operator reads."""
        super().__init__(message)
        self.passing = passing


def open_database(url: str, *, reading: bool = False) -> Engine:
    """Open the database at `url` (SQLAlchemy's form) and bring its schema up to date.

    With `reading`, nothing is upgraded, created or locked: a database that does not exist yet reads as an empty one.

    Raises:
        StoreError: when it cannot be opened, read or upgraded.
    """
    parsed = _parsed(url)
    if reading and (path := _file(parsed)) and not path.exists():
        parsed, reading = make_url("sqlite://"), False
    try:
        engine = _engine(parsed, reading=reading)
        _upgrade(engine, reading=reading)
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(f"{_shown(parsed)}: {describe(error)}", passing=fault_of(error).passing) from error
    except OSError as error:
        raise StoreError(f"{_shown(parsed)}: {error}; set ALERTER_DATABASE to a database that can be written") from error
    except ModuleNotFoundError as error:
        raise StoreError(f"{_shown(parsed)}: {error}; pip install 'alerter[postgres]', write postgresql+psycopg://…") from error
    return engine


@contextmanager
def sole_daemon(url: str) -> Iterator[None]:
    """Keep a second daemon off a SQLite file while the block runs; the kernel frees the lock of a process that died.

    Raises:
        StoreError: when another daemon has the file.
    """
    path = _file(_parsed(url))
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise StoreError(
                f"{path}: another daemon (process {lock.read().strip() or 'unknown'}) works on it; stop that one, "
                "or give several daemons one PostgreSQL in ALERTER_DATABASE"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError("ALERTER_DATABASE is no database URL; write sqlite:////path or postgresql+psycopg://…") from error


def _engine(url: URL, *, reading: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = " ".join(f"-c {name}={value}" for name, value in _SERVER.items())
        return create_engine(url, pool_pre_ping=True, max_overflow=20, connect_args=_CLIENT | {"options": options})
    if (path := _file(url)) and not reading:
        path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={} if "timeout" in url.query else {"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _read_only if reading else _pragmas)
    # a reader that later writes would fail at once with "database is locked": take the write lock first
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE"))
    return engine


def _file(url: URL) -> Path | None:
    sqlite = url.get_backend_name() == "sqlite"
    return Path(url.database) if sqlite and url.database and url.database != ":memory:" else None


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _read_only(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")


def _upgrade(engine: Engine, *, reading: bool) -> None:
    with engine.begin() as connection:
        found = _revision(connection)
        if found == HEAD:
            return
        if found > HEAD or reading:
            remedy = "a newer alerter wrote it; use that one" if found > HEAD else "start `alerter run` once to upgrade it"
            raise StoreError(f"{_shown(engine.url)}: its schema is {found or 'missing'}, this program's {HEAD}: {remedy}")
        if connection.dialect.name == "postgresql":  # several daemons may start at once
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
        _migrate(connection)


def _revision(connection: Connection) -> str:
    known = inspect(connection).has_table("alembic_version")
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "") if known else ""


def _migrate(connection: Connection) -> None:
    # a fifth of a second of the start, and not needed again until the next release
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)
