"""One row as the destination holds it now, for a person who looks at its story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from p2c.destination_key import split_key
from p2c.field_comparison import StoredRow
from p2c.flow import Flow
from p2c.keys import normalised
from p2c.ledger import RowState
from p2c.site_settings import Organization
from p2c.steps.line_rows import LineRows, LineSystem
from p2c.steps.reference_rows import references_of
from p2c.steps.written_rows import WrittenSystem, written_rows
from p2c.validation.references import ReferenceSource


class PresentSystem(WrittenSystem, LineSystem, ReferenceSource, Protocol):
    """A destination that is only read."""


@dataclass(frozen=True)
class PresentState:
    """The fields of a row at the destination, None where it holds no such row, and its lines by their keys.

    Several rows may have the key: of those there are the ids only, in ``ambiguous``.
    """

    row: StoredRow | None = None
    lines: Mapping[str, StoredRow] = field(default_factory=dict)
    ambiguous: tuple[str, ...] = ()


def key_to_look_for(flow: Flow, state: RowState) -> str:
    """The destination key of a row, or the one it would have; empty where only its mapped row tells."""
    return state.destination_key or ("" if flow.destination.key_with else state.integration_key)


def present_state(flow: Flow, settings: Organization, destination: PresentSystem, key: str) -> PresentState:
    """Read the row with this destination key, and its lines; raises IntegrationError."""
    names = [*flow.destination.key_fields, *(pair.target for pair in flow.active(flow.cds_to_destination))]
    references, company = references_of(flow, settings, destination), settings.legal_entity
    rows = written_rows(flow, destination, tuple(dict.fromkeys(names)), references, company)
    found = rows.read([key]).get(normalised(key))
    if found is None or flow.lines is None:
        return PresentState(found, ambiguous=tuple(rows.ambiguous.get(normalised(key), ())))
    header = split_key(key, len(flow.destination.key_fields))[0]
    lines = LineRows(flow.lines, destination, company).read([header])
    return PresentState(found, lines.get(normalised(header), {}))
