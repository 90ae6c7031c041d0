"""F, in a real Airflow: its own database drops all connections while a task runs."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from faults.databases import PostgresDatabase, new_database
from faults.real_airflow import RealAirflow, real_airflow
from faults.scenario import CannotRunHere, scenario
from sqlalchemy import create_engine, make_url, text

#: A reference, its window and counts; never rows.
LARGEST_XCOM = 1000
ANSWER_SECONDS = 8


@scenario(
    "F7",
    "Airflow's own database (PostgreSQL) drops all connections while a task of a real Airflow runs",
    flows=("accounts",),
    alone=True,
)
def metadata_database_restarted(folder: Path, random: Random) -> None:
    server = os.environ.get("P2C_TEST_POSTGRES")
    if not server:
        raise CannotRunHere("P2C_TEST_POSTGRES is not set, and SQLite has no connections that a server could drop")
    database = new_database("postgresql", folder, server)
    assert isinstance(database, PostgresDatabase)
    address = make_url(database.address).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    try:
        with real_airflow(folder, {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": address}) as airflow:
            assert airflow.finish(airflow.first_run()), "the initial load did not end"
            _disconnected(airflow, database, random)
            assert (largest := _largest_xcom(database)) < LARGEST_XCOM, f"a value in XCom has {largest} characters"
    finally:
        database.dropped()


def _disconnected(airflow: RealAirflow, database: PostgresDatabase, random: Random) -> None:
    """While the answer to one of a run's requests is on its way; a task that dies of it is cleared."""
    airflow.change()
    airflow.control("POST", "clock", {"shift_seconds": 1})  # a window ends at a whole second: before the change, else
    effect = airflow.last_effect()
    airflow.plan({"delay_seconds": ANSWER_SECONDS}, random.randint(1, 12))
    run_id = airflow.trigger()
    airflow.wait_for("request that is answered late", lambda: airflow.fired() or None)
    assert database.disconnect_all(), "Airflow had no connection to its database"
    state = airflow.finish(run_id)
    if state == "failed":
        airflow.clear(airflow.wait_for_dead(run_id))
        assert airflow.finish(run_id) == "success", "the run failed once more after its task was cleared"
    twice = [key for (kind, key), times in airflow.writes(effect).items() if kind == "created" and times > 1]
    assert not twice, f"created twice: {twice}"
    assert not (wrong := airflow.problems()), "; ".join(wrong[:5])


def _largest_xcom(database: PostgresDatabase) -> int:
    engine = create_engine(make_url(database.address).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT max(length(value::text)) FROM xcom")).scalar_one()
    finally:
        engine.dispose()
    assert found, "the runs left nothing in XCom"
    return int(found)
