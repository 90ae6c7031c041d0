"""The Common Data Service: the SQL database of canonical rows and of the ledger."""

from __future__ import annotations

import logging
from pathlib import Path

from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from sqlalchemy import URL, Engine

from p2c.database.engine import open_engine
from p2c.database.schema import require_current_schema
from p2c.errors import IntegrationError
from p2c.flows import cds_entities
from p2c_airflow.connections import COMMON_DATA_SERVICE
from p2c_airflow.installation import airflow_home, installed_site

SQLITE_FILE = "common_data_service.sqlite"

# Alembic announces at each look at the schema which database it looks at
logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)


class CommonDataServiceHook(BaseHook):
    """Opens the database: PostgreSQL where the connection names a server, else a SQLite file.

    Without a connection it is a SQLite file in the Airflow home, which fits an installation on one machine.

    :param conn_id: the Airflow connection
    """

    conn_name_attr = "conn_id"
    conn_type = COMMON_DATA_SERVICE
    default_conn_name = COMMON_DATA_SERVICE
    hook_name = "Common Data Service"

    def __init__(self, conn_id: str = COMMON_DATA_SERVICE) -> None:
        super().__init__()
        self.conn_id = conn_id

    def get_conn(self) -> Engine:
        """Open the database; raises ConfigurationError."""
        return open_engine(self.url)

    def current_engine(self) -> Engine:
        """Open the database, refusing one without the schema of this release and site; raises SchemaOutdatedError."""
        engine = self.get_conn()
        require_current_schema(engine, cds_entities(installed_site()))
        return engine

    @property
    def url(self) -> URL:
        """The address of the database; its password is not shown when it is printed."""
        connection = self._connection()
        return _postgresql(connection) if connection.host else _sqlite(connection)

    def _connection(self) -> Connection:
        try:
            return self.get_connection(self.conn_id)
        except AirflowNotFoundException:
            if self.conn_id != COMMON_DATA_SERVICE:
                raise
            return Connection(conn_id=self.conn_id, conn_type=self.conn_type)

    def test_connection(self) -> tuple[bool, str]:
        """Open the database and compare its schema with this release; say what to do where it fails."""
        try:
            engine = self.current_engine()
        except IntegrationError as error:
            return False, str(error)
        return True, f"Connected to {engine.url.render_as_string(hide_password=True)}, at the schema of this release."


def _postgresql(connection: Connection) -> URL:
    sslmode = connection.extra_dejson.get("sslmode")
    return URL.create(
        "postgresql",
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema or "p2c",
        query={"sslmode": sslmode} if sslmode else {},
    )


def _sqlite(connection: Connection) -> URL:
    file = Path(connection.extra_dejson.get("sqlite_file") or SQLITE_FILE).expanduser()
    return URL.create("sqlite", database=str(airflow_home() / file))
