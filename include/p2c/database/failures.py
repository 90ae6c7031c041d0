"""What an error of the database driver means to the people who run the flows.

SQLite result codes: sqlite.org, "Result and Error Codes". PostgreSQL states: its manual, "PostgreSQL Error Codes".
"""

from __future__ import annotations

from p2c.errors import ConfigurationError, IntegrationError, SchemaOutdatedError, SignInError, TransientError

PLACE = "common_data_service"
SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
SQLITE_UNUSABLE = (
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_FULL",
    "SQLITE_NOTADB",
    "SQLITE_PERM",
    "SQLITE_IOERR",
    "SQLITE_CORRUPT",
)
POSTGRESQL_SIGN_IN = ("28",)
POSTGRESQL_SETTINGS = ("3D", "3F", "42501", "53100")
POSTGRESQL_SCHEMA = ("42P01", "42703")
POSTGRESQL_PASSING = ("08", "40", "53", "55P03", "57")


def explained(error: BaseException) -> IntegrationError | None:
    """The error to raise in place of a driver's; None where the driver's own is a defect of ours to be seen."""
    text = str(error).strip()
    code = getattr(error, "sqlite_errorname", None)
    if code is not None:
        return _of_sqlite(code, text)
    if type(error).__module__.startswith("psycopg"):
        return _of_postgresql(getattr(error, "sqlstate", None), text, error)
    return None


def _of_sqlite(code: str, text: str) -> IntegrationError | None:
    if code.startswith(SQLITE_BUSY):
        return TransientError(f"{PLACE}: another process kept the SQLite file locked too long ({text}).")
    if code.startswith(SQLITE_UNUSABLE):
        return ConfigurationError(f"{PLACE}: the SQLite file cannot be used: {text}. Check its path, rights and disk.")
    return _outdated(text) if text.startswith(("no such table", "no such column")) else None


def _of_postgresql(state: str | None, text: str, error: BaseException) -> IntegrationError | None:
    if state is None:
        return _of_connection(text) if type(error).__name__ in {"OperationalError", "ConnectionTimeout"} else None
    if state.startswith(POSTGRESQL_SIGN_IN):
        return SignInError(f"{PLACE}: {text}")
    if state.startswith(POSTGRESQL_SETTINGS):
        return ConfigurationError(f"{PLACE}: {text}")
    if state.startswith(POSTGRESQL_SCHEMA):
        return _outdated(text)
    return TransientError(f"{PLACE}: {text}") if state.startswith(POSTGRESQL_PASSING) else None


def _of_connection(text: str) -> IntegrationError:
    """A connection that failed carries no state, only words."""
    if "authentication failed" in text or "no password supplied" in text or "role" in text:
        return SignInError(f"{PLACE}: {text}")
    if "does not exist" in text or "resolve host" in text:
        return ConfigurationError(f"{PLACE}: {text}")
    return TransientError(f"{PLACE}: {text}")


def _outdated(text: str) -> SchemaOutdatedError:
    return SchemaOutdatedError(f"{PLACE}: {text}. The database is older than this release: run `p2c init`.")
