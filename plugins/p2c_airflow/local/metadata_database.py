"""The engine of Airflow's own database, a SQLite file that the programs of the local stack share."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event

#: `airflow_local_settings.py` of the local stack: how Airflow lets a site create the engine.
AIRFLOW_LOCAL_SETTINGS = f"from {__name__} import create_metadata_engine\n\n__all__ = ['create_metadata_engine']\n"


def create_metadata_engine(
    sql_alchemy_conn: str, *, engine_args: dict[str, object], connect_args: dict[str, object]
) -> Engine:
    """Return the engine as Airflow makes it, with savepoints that wait for their turn to write.

    A savepoint outside a transaction opens one that takes the lock at its first write. Where another program wrote
    since its first read, SQLite refuses that write at once, whatever the time-out: `airflow backfill create` fails so,
    with "database is locked" (https://github.com/apache/airflow/issues/66726).
    """
    engine = create_engine(sql_alchemy_conn, connect_args=connect_args, **engine_args)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "savepoint", _take_the_lock)
    return engine


def _take_the_lock(connection: Connection, _name: str) -> None:
    driver = connection.connection.dbapi_connection
    if driver is not None and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
