"""What speaks against mapped rows of one declaration, be it a flow or its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
import pandas as pd
import pyarrow as pa

from p2c.contract import Value
from p2c.errors import ConfigurationError
from p2c.flow import Constant, Flow, SiteDefault
from p2c.ledger import Reason
from p2c.mapping.hop import Hop
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.steps.context import StepContext
from p2c.validation.contracts import REQUIRED, violations
from p2c.validation.parents import Child, KeyedSource, Parents
from p2c.validation.references import ReferenceData

SYSTEM_NAMES = {"sales": "Sales", "finance_operations": "F&O"}

ReasonsByRow = Mapping[int, list[Reason]]


@dataclass(frozen=True)
class MappedTables:
    """One part of a mapped set: both hops, and what mapping noted, row beside row."""

    cds: pd.DataFrame
    destination: pd.DataFrame
    findings: Sequence[Mapping[str, object]]

    @classmethod
    def of(cls, cds: pa.Table, destination: pa.Table, findings: pa.Table) -> MappedTables:
        """Read the staged tables."""
        return cls(frame_of(cds), frame_of(destination), findings.to_pylist())


class Examination:
    """Holds mapped rows against the contracts of both hops, reference data and parents."""

    def __init__(self, context: StepContext, flow: Flow, destination: KeyedSource, references: ReferenceData) -> None:
        company = context.settings.legal_entity if flow.destination.company else ""
        self._references = references
        self._parents = Parents(flow, context.organization, company, context.ledger, destination)
        self._to_cds = source_hop(flow, context.site, context.organization)
        self._to_destination = destination_hop(flow, context.site, context.organization)
        self._system = SYSTEM_NAMES[flow.destination.system]

    def check_defaults(self) -> None:
        """A constant that the destination does not know concerns every row: a setting is wrong, not a row.

        Raises ConfigurationError.
        """
        row: dict[str, Value] = dict.fromkeys(pair.target for pair in self._to_destination.pairs)
        row.update(self._to_destination.defaults)
        for pair in self._to_destination.pairs:
            constant = next((t for t in pair.transforms if isinstance(t, (Constant, SiteDefault))), None)
            if isinstance(constant, Constant):
                row[pair.target] = constant.value
            if not constant or not pair.reference:
                continue
            beside = (pair.target, *(along.target for along in pair.reference.along))
            known = all(row[name] is not None for name in beside)
            if known and (reason := self._references.missing(pair, row)):
                raise ConfigurationError(f"{self._to_destination.defaults_place}: {reason.text}")

    def findings(self, mapped: MappedTables) -> tuple[ReasonsByRow, ReasonsByRow]:
        """What rejects rows, and what is only noted of them, by their place in the part."""
        reasons: defaultdict[int, list[Reason]] = defaultdict(list)
        notes: defaultdict[int, list[Reason]] = defaultdict(list)
        for finding in mapped.findings:
            kind = notes if finding["severity"] == "note" else reasons
            kind[msgspec.convert(finding["row"], int)].append(_reason(finding))
        for found in (
            *violations(self._to_cds, mapped.cds, "CDS"),
            *violations(self._to_destination, mapped.destination, self._system),
        ):
            reasons[found.row].append(found.reason)
        for row, reason in _unknown_references(self._to_destination, self._references, mapped.destination):
            reasons[row].append(reason)
        return reasons, notes

    def waiting(self, source: pd.DataFrame, mapped: MappedTables, rows: Iterable[int]) -> Mapping[int, Reason]:
        """Which of ``rows`` wait for a parent, and why."""
        if not self._parents.flow.parents:
            return {}
        children = [Child(row, partial(_text, source, row), partial(_text, mapped.destination, row)) for row in rows]
        return self._parents.missing(children)

    def apart_from_parent(self, reasons: Sequence[Reason], waiting: Reason | None) -> Sequence[Reason]:
        """A row that waits for its parent is not blamed for what it cannot say of it before."""
        if waiting is None:
            return reasons
        targets = {parent.target for parent in self._parents.flow.parents}
        pairs = (pair for pair in self._to_destination.pairs if pair.target in targets)
        origins = {self._to_destination.origin(pair) for pair in pairs}
        return [reason for reason in reasons if reason.field not in origins or reason.code != REQUIRED]


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A staged table as a frame that keeps its types."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _text(frame: pd.DataFrame, row: int, name: str) -> str:
    value = frame[name].iloc[row]
    return "" if pd.isna(value) else str(value)


def _reason(finding: Mapping[str, object]) -> Reason:
    return Reason(*(str(finding[name] or "") for name in ("code", "text", "field", "value")))


def _unknown_references(hop: Hop, references: ReferenceData, frame: pd.DataFrame) -> Iterator[tuple[int, Reason]]:
    """Values that the destination does not know, found once per distinct combination."""
    for pair in hop.pairs:
        if pair.reference is None:
            continue
        columns = [pair.target, *(along.target for along in pair.reference.along)]
        for values, rows in frame.groupby(columns, dropna=False, sort=False).indices.items():
            combination = values if isinstance(values, tuple) else (values,)
            cells = {name: None if pd.isna(value) else value for name, value in zip(columns, combination, strict=True)}
            reason = references.missing(pair, cells)
            if reason:
                yield from ((int(row), replace(reason, field=hop.origin(pair))) for row in rows)
