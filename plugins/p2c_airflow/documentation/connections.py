"""The connection forms, field by field."""

from __future__ import annotations

from typing import Any

from p2c_airflow.connections import connection_types
from p2c_airflow.documentation.markdown import code, table

#: What Airflow calls the standard fields.
STANDARD = {"host": "Host", "port": "Port", "login": "Login", "password": "Password", "schema": "Schema"}


def connections_page() -> str:
    """Every field of the three connection types, with its name in `AIRFLOW_CONN_*` JSON."""
    parts = [
        "# Connections",
        "Create them in the Airflow UI (Admin > Connections), with `airflow connections add`, or as environment "
        'variables `AIRFLOW_CONN_<ID>=\'{"conn_type": ..., "host": ..., "extra": {...}}\'`.',
    ]
    for connection_type in connection_types():
        parts += [f"## {connection_type['hook-name']}", _about(connection_type), _fields(connection_type)]
    return "\n\n".join(parts)


def _about(connection_type: dict[str, Any]) -> str:
    name = connection_type["connection-type"]
    return f"Connection type and default connection id: {code(name)}."


def _fields(connection_type: dict[str, Any]) -> str:
    behaviour = connection_type["ui-field-behaviour"]
    rows = [
        (behaviour["relabeling"].get(name, label), code(name), behaviour["placeholders"].get(name, ""))
        for name, label in STANDARD.items()
        if name not in behaviour["hidden-fields"]
    ]
    rows += [
        (field["label"], code(f"extra.{name}"), field["description"])
        for name, field in connection_type["conn-fields"].items()
    ]
    return table(("Field", "Name", "Meaning"), rows)
