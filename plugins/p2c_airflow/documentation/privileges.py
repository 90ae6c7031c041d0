"""What the user behind each connection has to be allowed to do, worked out from the flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import get_args

from p2c.check.fields import SYSTEM_NAMES
from p2c.check.uses import fields_used
from p2c.flow import Flow, System
from p2c_airflow.documentation.markdown import code, table
from p2c_metadata import load

READ, WRITE, WRITE_LINES = "read", "read, create, update", "read, create, update, delete"
#: What every flow asks of a system, whatever it maps.
ALWAYS: Mapping[System, Mapping[str, str]] = {
    "sales": {"businessunits": "which rows belong to an organization", "EntityDefinitions": "tables and their keys"},
    "finance_operations": {"LegalEntities": "the clock of F&O, and the connection's *Test*"},
}


def privileges_page(flows: Iterable[Flow]) -> str:
    """A table for each system: the entity sets, what is done to them, and the flows that do it."""
    flows = tuple(flows)
    parts = [
        "# Privileges",
        "What the flows as shipped read and write; a field of `site.toml` that comes from elsewhere adds to it. A flow "
        "that is off asks for nothing. [Connecting](../connecting.md) says how the two systems grant it.",
    ]
    for system in get_args(System):
        header = ("Entity set", "Rights", "For")
        parts += [f"## {SYSTEM_NAMES[system]}", table(header, _rows(system, flows))]
    return "\n\n".join(parts)


def _rows(system: System, flows: tuple[Flow, ...]) -> list[tuple[str, str, str]]:
    model = load(system)
    users: defaultdict[str, list[str]] = defaultdict(list)
    for flow in flows:
        for entity_set in fields_used(flow, system, model):
            users[entity_set].append(flow.name)
    rights = _writes(system, flows)
    rows = [(code(name), rights.get(name, READ), ", ".join(map(code, users[name]))) for name in sorted(users)]
    always = [(code(name), READ, reason) for name, reason in ALWAYS[system].items()]
    return sorted(rows, key=lambda row: row[1] == READ) + always


def _writes(system: System, flows: Iterable[Flow]) -> dict[str, str]:
    written = {}
    for flow in flows:
        if flow.destination.system == system:
            written[flow.destination.entity_set] = WRITE
            if flow.lines:
                written[flow.lines.flow.destination.entity_set] = WRITE_LINES
    return written
