from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from p2c_airflow.local.environment import Ports, stack_environment
from p2c_airflow.local.home import Home
from p2c_airflow.local.metadata_database import create_metadata_engine

WRITE = text("INSERT INTO runs (id) SELECT count(*) + 1 FROM runs")
COUNT = text("SELECT count(*) FROM runs")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    address = f"sqlite:///{tmp_path / 'airflow.db'}?timeout=30"
    engine = create_metadata_engine(address, engine_args={}, connect_args={})
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("CREATE TABLE runs (id INTEGER PRIMARY KEY)")
    yield engine
    engine.dispose()


def test_a_savepoint_that_reads_keeps_others_from_writing_before_it_does(engine: Engine) -> None:
    impatient = create_engine(f"sqlite:///{engine.url.database}?timeout=0")
    with engine.begin() as connection, connection.begin_nested():
        connection.execute(COUNT)
        with pytest.raises(OperationalError, match="locked"), impatient.begin() as other:
            other.execute(WRITE)
        connection.execute(WRITE)
    with impatient.begin() as other:
        other.execute(WRITE)
        assert other.execute(COUNT).scalar_one() == 2
    impatient.dispose()


def test_a_savepoint_within_a_transaction_gives_back_its_own_writes_only(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(WRITE)
        with connection.begin_nested() as savepoint:
            connection.execute(WRITE)
            savepoint.rollback()
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 1


def test_airflow_opens_its_database_this_way_in_the_local_stack(home: Home) -> None:
    environment = stack_environment(home, home.prepare(), Ports(airflow=8001, sandbox=8002))
    asked = "from airflow import settings; print(settings.create_metadata_engine.__module__)"
    done = subprocess.run(
        [sys.executable, "-c", asked], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == "p2c_airflow.local.metadata_database"
