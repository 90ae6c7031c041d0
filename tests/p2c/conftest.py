"""Databases for tests of the core: SQLite always, PostgreSQL where P2C_TEST_POSTGRES names one."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.steps import initialized_sqlite_file
from sqlalchemy import Engine, make_url
from sqlalchemy.schema import CreateSchema

from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.flows.accounts import ACCOUNT


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; on PostgreSQL, of an empty schema."""
    if request.param == "postgresql":
        return _with_own_schema(request.getfixturevalue("shared_postgres_url"))
    return f"sqlite:///{tmp_path / 'common_data_service.sqlite'}"


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def accounts_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of this release, with the CDS entity Account, for tests to begin with a copy."""
    return initialized_sqlite_file(tmp_path_factory.mktemp("accounts"), [ACCOUNT])


@pytest.fixture
def engine(empty_engine: Engine, accounts_sqlite: Path) -> Engine:
    """An engine on a database of this release, with the CDS entity Account."""
    if empty_engine.dialect.name == "sqlite":
        shutil.copy(accounts_sqlite, str(empty_engine.url.database))
    else:
        initialize(empty_engine, [ACCOUNT])
    return empty_engine


def _with_own_schema(address: str) -> str:
    schema = f"test_{uuid.uuid4().hex}"
    engine = open_engine(address)
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema))
    engine.dispose()
    own = make_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    return own.render_as_string(hide_password=False)
