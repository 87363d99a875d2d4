"""A copy of a SQLite database while a daemon works on it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from alerter.store.database import StoreError
from alerter.store.faults import describe, fault_of


def back_up(url: str, target: Path) -> int:
    """Copy the database to `target`, a new file that is whole or not there at all; return its size in bytes.

    Raises:
        StoreError: when there is nothing to copy, the copy cannot be written, or it is not sound.
    """
    source = Path(make_url(url).database or "")
    if not source.is_file():
        raise StoreError(f"{source}: there is no database yet; `alerter run` makes it")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _copy(source, partial)
        partial.replace(target)
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {describe(error)}", passing=fault_of(error).passing) from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, target: Path) -> None:
    """Copy in one step: a reader of a write-ahead log holds up no writer, and a copy in steps begins anew at each write."""
    target.touch(mode=0o600, exist_ok=False)
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError(f"{source}: it is damaged ({verdict}); no copy was made, older backups are worth keeping")
    with target.open("rb") as written:
        os.fsync(written.fileno())
