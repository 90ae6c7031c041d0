"""The SQL database behind the connection ``common_data_service``: SQLite on one machine, PostgreSQL in production."""

from __future__ import annotations

from p2c.database.engine import open_engine
from p2c.database.schema import initialize, require_current_schema

__all__ = ["initialize", "open_engine", "require_current_schema"]
