"""Foreign keys of F&O: whether a value has its row, worded as F&O words it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.store import Row, key_text

SYSTEM = "finance_operations"


@dataclass(frozen=True)
class Reference:
    """A field that must name a row of `entity_set`, of the same company unless `shared`; labels are F&O's."""

    field: str
    label: str
    entity_set: str
    table_label: str
    shared: bool = False

    def finding(self, context: Context, values: Mapping[str, Any]) -> Finding | None:
        """What is wrong with the field's value, or None. A blank value refers to nothing."""
        value = values.get(self.field)
        if not value or referenced(context, self.entity_set, value, shared=self.shared):
            return None
        return not_found(value, self.label, self.table_label, self.field)


def referenced(context: Context, entity_set: str, *key: str, shared: bool = False) -> Row | None:
    """The row of a key, which is preceded by the company unless `shared`."""
    whole = key if shared else (context.company, *key)
    return context.transaction.get(SYSTEM, entity_set, key_text(whole))


def not_found(value: Any, label: str, table_label: str, field: str) -> Finding:
    """F&O's words for a foreign key without its row."""
    return Finding(f"The value '{value}' in field '{label}' is not found in the related table '{table_label}'.", field)


def broken(references: Iterable[Reference], context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    """A finding for each reference that leads nowhere."""
    return (finding for each in references if (finding := each.finding(context, values)) is not None)
