"""Validate: scope first, then the contracts of both hops, duplicates and references."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Protocol

import msgspec
import pandas as pd
import pyarrow as pa

import p2c_metadata
from p2c.contract import Value
from p2c.errors import ConfigurationError
from p2c.flow import Constant, SiteDefault
from p2c.keys import normalised
from p2c.ledger import Reason, RowState
from p2c.mapping.hop import Hop
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.staging import StagedSet
from p2c.steps.breaker import exceeded, open_breaker
from p2c.steps.company import CompanySystem, check_company
from p2c.steps.context import Reference, StepContext
from p2c.steps.earlier_flows import foreseen
from p2c.steps.extract import DUE, READ_AT
from p2c.steps.report import LOGGED_ROWS
from p2c.steps.verdict import VERDICTS, Verdict
from p2c.validation.contracts import REQUIRED, violations
from p2c.validation.duplicates import KeyHolders
from p2c.validation.parents import Child, KeyedSource, Parents
from p2c.validation.references import ReferenceData, ReferenceSource
from p2c.validation.scope import Scope

SYSTEM_NAMES = {"sales": "Sales", "finance_operations": "F&O"}


class ReferenceSystem(ReferenceSource, KeyedSource, CompanySystem, Protocol):
    """The destination, as far as validate reads it."""


def validate(context: StepContext, destination: ReferenceSystem, reference: Mapping[str, object]) -> Reference:
    """Judge every row; the verdicts are staged beside the mapped rows.

    Raises ConfigurationError for an organization or a default that the destination does not know, CircuitBreakerError
    where too many newly read rows are rejected, and StagingError.
    """
    company = context.settings.legal_entity if context.flow.destination.company else ""
    if company:
        check_company(context, destination)
    references = ReferenceData(destination, p2c_metadata.load(context.flow.destination.system), company)
    parents = Parents(
        context.applied_flow, context.organization, company, context.ledger, foreseen(context, destination)
    )
    judge = _Judge(context, context.handed_on(reference, "map"), references, parents)
    counts: Counter[str] = Counter()
    newly: Counter[str] = Counter()
    step = context.staged("validate")
    writer = step.writer({"verdicts": VERDICTS}, attempt=context.attempt)
    for verdicts, due in judge.parts():
        writer.write({"verdicts": pa.Table.from_pylist([verdict.as_row() for verdict in verdicts], schema=VERDICTS)})
        counts.update(verdict.verdict for verdict in verdicts)
        newly.update(verdict.verdict for verdict, again in zip(verdicts, due, strict=True) if not again)
        context.progress(f"{writer.progress.rows['verdicts']} rows validated")
    rows = writer.commit({}).rows["verdicts"]
    _check_breaker(context, newly)
    return context.reference(step, rows, counts)


def _check_breaker(context: StepContext, newly: Mapping[str, int]) -> None:
    rejected = newly.get("rejected", 0)
    judged = rejected + newly.get("ready", 0)
    if exceeded(context, rejected, judged):
        open_breaker(
            context,
            f"{rejected} of {judged} rows in scope are rejected for {context.organization}; nothing was written. "
            "The log above names them: mend their cause, then clear extract.",
        )


class _Judge:
    """Judges a run's rows, part by part."""

    def __init__(self, context: StepContext, mapped: StagedSet, references: ReferenceData, parents: Parents) -> None:
        self.context = context
        self.references = references
        self.parents = parents
        self.origin = context.applied_flow.source
        self.extracted = context.staged("extract").read()
        self.mapped = mapped
        metadata = self.extracted.metadata
        flow = context.applied_flow
        self.scope = Scope.of(flow, context.settings, metadata["units"], metadata["selected_units"])
        self.to_cds = source_hop(flow, context.site, context.organization)
        self.to_destination = destination_hop(flow, context.site, context.organization)
        self._check_defaults()
        self.newest = _newest(self.extracted, self.origin.id, self.origin.version or READ_AT)
        self.holders = KeyHolders(self._keys_in_scope(), len(flow.destination.key_fields))

    def parts(self) -> Iterator[tuple[list[Verdict], list[bool]]]:
        """The verdicts of each part, and which of its rows are due ones."""
        tables = zip(
            self.extracted.parts("rows"),
            self.mapped.parts("cds"),
            self.mapped.parts("destination"),
            self.mapped.parts("findings"),
            strict=True,
        )
        for number, (rows, cds, destination, findings) in enumerate(tables):
            source = rows.to_pandas(types_mapper=pd.ArrowDtype)
            reasons, notes = self._findings(cds, destination, findings.to_pylist())
            waiting = self._waiting(source, destination.to_pandas(types_mapper=pd.ArrowDtype))
            verdicts = self._verdicts(number, source, reasons, notes, waiting)
            for verdict in islice((v for v in verdicts if v.verdict in ("rejected", "parked")), LOGGED_ROWS):
                self.context.progress(f"{verdict.verdict} {verdict.key or verdict.source_id}: {verdict.summary()}")
            yield verdicts, source[DUE].notna().tolist()

    def _check_defaults(self) -> None:
        """A constant that the destination does not know concerns every row: a setting is wrong, not a row."""
        row: dict[str, Value] = dict.fromkeys(pair.target for pair in self.to_destination.pairs)
        row.update(self.to_destination.defaults)
        for pair in self.to_destination.pairs:
            constant = next((t for t in pair.transforms if isinstance(t, (Constant, SiteDefault))), None)
            if isinstance(constant, Constant):
                row[pair.target] = constant.value
            if constant and pair.reference and (reason := self.references.missing(pair, row)):
                raise ConfigurationError(f"{self.to_destination.defaults_place}: {reason.text}")

    def _keys_in_scope(self) -> Iterator[tuple[str, str]]:
        for number, part in enumerate(self.extracted.parts("rows")):
            rows = part.to_pandas(types_mapper=pd.ArrowDtype)
            judged = self.scope.judge(rows)
            identities = zip(rows[self.origin.id], rows[self.origin.key], judged, strict=True)
            for position, (source_id, key, reason) in enumerate(identities):
                if reason is None and self.newest[source_id][1:] == (number, position):
                    yield source_id, key

    def _findings(
        self, cds: pa.Table, destination: pa.Table, mapped: Sequence[Mapping[str, object]]
    ) -> tuple[dict[int, list[Reason]], dict[int, list[Reason]]]:
        reasons: defaultdict[int, list[Reason]] = defaultdict(list)
        notes: defaultdict[int, list[Reason]] = defaultdict(list)
        for finding in mapped:
            kind = notes if finding["severity"] == "note" else reasons
            kind[msgspec.convert(finding["row"], int)].append(_reason(finding))
        cds_frame = cds.to_pandas(types_mapper=pd.ArrowDtype)
        frame = destination.to_pandas(types_mapper=pd.ArrowDtype)
        target = SYSTEM_NAMES[self.context.flow.destination.system]
        for found in (*violations(self.to_cds, cds_frame, "CDS"), *violations(self.to_destination, frame, target)):
            reasons[found.row].append(found.reason)
        for row, reason in _unknown_references(self.to_destination, self.references, frame):
            reasons[row].append(reason)
        return reasons, notes

    def _verdicts(
        self,
        number: int,
        source: pd.DataFrame,
        reasons: Mapping[int, list[Reason]],
        notes: Mapping[int, list[Reason]],
        waiting: Mapping[int, Reason],
    ) -> list[Verdict]:
        origin = self.origin
        scope = self.scope.judge(source)
        keys = ["" if key is pd.NA else str(key).strip() for key in source[origin.key]]
        earlier = self.context.ledger.holders(self.context.flow.name, self.context.organization, keys)
        verdicts = []
        for row, source_id in enumerate(source[origin.id]):
            version = self.newest[source_id][0]
            identity = (source_id, keys[row], version)
            if self.newest[source_id][1:] != (number, row):
                verdicts.append(Verdict(*identity, "repeated"))
            elif out := scope[row]:
                verdicts.append(Verdict(*identity, "out_of_scope", (out,)))
            else:
                apart = self._apart_from_parent(reasons.get(row, []), waiting.get(row))
                found = self._row_reasons(source_id, keys[row], apart, earlier)
                verdicts.append(_verdict(identity, found, waiting.get(row), notes.get(row, ())))
        return verdicts

    def _waiting(self, source: pd.DataFrame, destination: pd.DataFrame) -> dict[int, Reason]:
        """The rows in scope that wait for a parent."""
        if not self.parents.flow.parents:
            return {}
        children = [
            Child(row, partial(_text, source, row), partial(_text, destination, row))
            for row, reason in enumerate(self.scope.judge(source))
            if reason is None
        ]
        return self.parents.missing(children)

    def _apart_from_parent(self, reasons: Sequence[Reason], waiting: Reason | None) -> Sequence[Reason]:
        """A row that waits for its parent is not blamed for what it cannot say of it before."""
        if waiting is None:
            return reasons
        targets = {parent.target for parent in self.parents.flow.parents}
        origins = {self.to_destination.origin(pair) for pair in self.to_destination.pairs if pair.target in targets}
        return [reason for reason in reasons if reason.field not in origins or reason.code != REQUIRED]

    def _row_reasons(
        self, source_id: str, key: str, reasons: Sequence[Reason], earlier: Mapping[str, Sequence[RowState]]
    ) -> tuple[Reason, ...]:
        conflict = self.holders.conflict(source_id, key, earlier.get(normalised(key), ()), self.newest)
        shared = [replace(conflict, field=self.origin.key)] if conflict else []
        first = {reason.field: reason for reason in reversed([*shared, *reasons])}
        return tuple(reversed(first.values()))


def _verdict(
    identity: tuple[str, str, int], found: tuple[Reason, ...], waiting: Reason | None, notes: Sequence[Reason]
) -> Verdict:
    if found:
        return Verdict(*identity, "rejected", found)
    return Verdict(*identity, "parked", (waiting,)) if waiting else Verdict(*identity, "ready", tuple(notes))


def _text(frame: pd.DataFrame, row: int, name: str) -> str:
    value = frame[name].iloc[row]
    return "" if pd.isna(value) else str(value)


def _reason(finding: Mapping[str, object]) -> Reason:
    return Reason(*(str(finding[name] or "") for name in ("code", "text", "field", "value")))


def _newest(extracted: StagedSet, id_field: str, version_field: str) -> dict[str, tuple[int, int, int]]:
    """Of every source row its newest version and where that stands: (version, part, row)."""
    newest: dict[str, tuple[int, int, int]] = {}
    for number, part in enumerate(extracted.parts("rows")):
        ids, versions = part[id_field].to_pylist(), part[version_field].to_pylist()
        for row, (source_id, version) in enumerate(zip(ids, versions, strict=True)):
            here = (int(version or 0), number, row)
            if source_id not in newest or here[0] > newest[source_id][0]:
                newest[source_id] = here
    return newest


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
