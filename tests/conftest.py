"""What every test shares: a private Airflow home, a printed seed, and databases made for one test."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
from fixtures.memory import memory  # noqa: E402 from the folder just added

if folder := memory():  # TMPDIR=/tmp: to disk again
    tempfile.tempdir = os.environ["TMPDIR"] = folder
pytest_plugins = [
    "fixtures.sandbox",
    "fixtures.installation",
    "fixtures.steps",
    "fixtures.quotes",
    "fixtures.webhook",
]
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="p2c-tests-"))
SEED = int(os.environ.get("P2C_TEST_SEED") or random.SystemRandom().randrange(2**32))
os.environ["P2C_TEST_SEED"] = str(SEED)  # the processes that share the work draw alike


def _isolate_airflow() -> None:
    """Point Airflow at a home of this run; Airflow reads its configuration once, when first imported."""
    for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
        del os.environ[name]
    os.environ |= {
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    }


_isolate_airflow()

#: Minutes of a whole installation: `make test-cluster` runs it.
collect_ignore = [] if os.environ.get("P2C_TEST_CLUSTER") else ["cluster"]

#: Their tests start a real Airflow: one process runs them all, for two at once starve each other.
REAL_AIRFLOW = (ROOT / "tests" / "scheduler", ROOT / "tests" / "p2c_airflow" / "local")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = SEED


#: Next come files of few tests that take long.
LONG = (*REAL_AIRFLOW, ROOT / "tests" / "faults", ROOT / "tests" / "dags")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first, so that it does not end alone."""
    items.sort(key=lambda item: LONG.index(item.path.parent) if item.path.parent in LONG else len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of a file in one process, and those that start a real Airflow all in the same one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "a real Airflow" if (ROOT / file).parent in REAL_AIRFLOW else file

    config.option.loadscopereorder = False  # by number of tests, which would put what takes long last
    return ByFile(config, log)


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {SEED} (P2C_TEST_SEED={SEED} repeats it)"


def pytest_unconfigure() -> None:
    shutil.rmtree(AIRFLOW_HOME, ignore_errors=True)


@pytest.fixture
def seeded_random() -> random.Random:
    """A random generator that repeats with P2C_TEST_SEED."""
    return random.Random(SEED)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL in P2C_TEST_POSTGRES: a PostgreSQL server, and a database on it, by a role that may create databases."""
    given = os.environ.get("P2C_TEST_POSTGRES")
    if not given:
        reason = "P2C_TEST_POSTGRES is not set: it holds the URL of a PostgreSQL database for tests"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return given


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL (psycopg) of an empty PostgreSQL database made for this test, dropped after it."""
    yield from _temporary_database(postgres_server)


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a database of this session: a schema in it is made ten times as fast as a database."""
    yield from _temporary_database(postgres_server)


@pytest.fixture(scope="session")
def airflow_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a database of this session for Airflow's own tables."""
    yield from _temporary_database(postgres_server)


def _temporary_database(server: str) -> Iterator[str]:
    from sqlalchemy import create_engine, make_url, text

    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"p2c_test_{uuid.uuid4().hex}"
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            # Only a crash of the server could lose a commit: no test crashes it, and each would wait for the disk.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit TO off"))
        yield url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()
