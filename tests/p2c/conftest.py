"""Databases for tests of the core: SQLite always, PostgreSQL where P2C_TEST_POSTGRES names one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.flows.accounts import ACCOUNT


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'common_data_service.sqlite'}"


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """An engine on a database of this release, with the CDS entity Account."""
    initialize(empty_engine, [ACCOUNT])
    return empty_engine
