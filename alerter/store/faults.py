"""What ails a database, told from a driver's error: in words for the operator, and whether waiting can help."""

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError


class Fault(Enum):
    """What is wrong, and what to do about it; only what may pass is worth another try."""

    FULL = ("its disk is full", "make room; what was written is safe, and work goes on by itself", True)
    LOCKED = ("another process keeps it locked", "find out which; work goes on by itself", True)
    UNREACHABLE = ("it does not answer", "see whether the server runs; work goes on by itself", True)
    DAMAGED = ("it is damaged, or no database at all", "stop the daemon, keep the file, put a backup in its place", False)
    REFUSED = ("it cannot be opened or written", "set ALERTER_DATABASE to a database that can be written", False)
    UNFIT = ("it does not take what it is given", "this is a fault of the alerter's: keep the log, and report it", False)

    def __init__(self, what: str, remedy: str, passing: bool) -> None:  # noqa: FBT001 (an enum's fields have no names)
        self.what, self.remedy, self.passing = what, remedy, passing


_SQLITE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
    sqlite3.SQLITE_IOERR: Fault.UNREACHABLE,
    sqlite3.SQLITE_READONLY: Fault.REFUSED,
    sqlite3.SQLITE_CANTOPEN: Fault.REFUSED,
    sqlite3.SQLITE_PERM: Fault.REFUSED,
    sqlite3.SQLITE_AUTH: Fault.REFUSED,
}

# PostgreSQL's "Error Codes", appendix A: whole classes by their first two characters
_POSTGRES = {"08": Fault.UNREACHABLE, "57": Fault.UNREACHABLE, "25": Fault.UNREACHABLE, "XX": Fault.DAMAGED}
_POSTGRES |= {"53": Fault.UNREACHABLE, "55": Fault.LOCKED, "40": Fault.LOCKED}
_POSTGRES |= {"28": Fault.REFUSED, "3D": Fault.REFUSED, "3F": Fault.REFUSED}
_EXACTLY = {"53100": Fault.FULL, "42501": Fault.REFUSED}


def fault_of(error: Exception) -> Fault:
    """Return what an error of the database's driver (or SQLAlchemy's wrapping of it) means."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        # the low byte is the primary code: https://sqlite.org/rescode.html
        return _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF, Fault.UNFIT)
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in _EXACTLY:
        return _EXACTLY[state]
    connecting = not state and type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}
    return Fault.UNREACHABLE if connecting else _POSTGRES.get(state[:2], Fault.UNFIT)


def describe(error: Exception) -> str:
    """Return one line: what is wrong, in the driver's own words too, and what to do."""
    fault = fault_of(error)
    words = str(error.orig if isinstance(error, DBAPIError) else error).strip() or type(error).__name__
    return f"{fault.what} ({words.splitlines()[0]}): {fault.remedy}"
