"""Fixtures of tests that need an installation."""

from __future__ import annotations

from fixtures.installation import airflow_database, connect, installation, system_connections

__all__ = ["airflow_database", "connect", "installation", "system_connections"]
