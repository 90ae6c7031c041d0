"""The ledger, opened once for all requests."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import URL, Engine

from p2c.database.engine import open_engine
from p2c.database.schema import require_current_schema
from p2c.flows import cds_entities
from p2c.ledger import Ledger
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.installation import installed_site


def current_ledger() -> Ledger:
    """The ledger behind the connection of now; raises ConfigurationError, and SchemaOutdatedError."""
    return Ledger(current_engine())


def current_engine() -> Engine:
    """The engine behind the connection of now; a changed connection opens another. Raises as `current_ledger`."""
    return _opened(CommonDataServiceHook().url)


@lru_cache(maxsize=2)
def _opened(url: URL) -> Engine:
    """A database of another release is refused, and looked at again by the next request."""
    engine = open_engine(url)
    require_current_schema(engine, cds_entities(installed_site()))
    return engine
