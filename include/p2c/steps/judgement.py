"""Judges a run's rows: scope first, then older revisions, findings, duplicates and parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, repeat

import pandas as pd

from p2c.keys import normalised
from p2c.ledger import Reason, RowState
from p2c.staging import StagedSet
from p2c.steps.context import StepContext
from p2c.steps.examination import Examination, MappedTables, ReasonsByRow, frame_of
from p2c.steps.extract import DUE, READ_AT
from p2c.steps.line_judgement import LineFindings, LineJudgement
from p2c.steps.report import LOGGED_ROWS
from p2c.steps.revisions import SentRevisions
from p2c.steps.verdict import Verdict
from p2c.validation.duplicates import KeyHolders
from p2c.validation.parents import KeyedSource
from p2c.validation.references import ReferenceData
from p2c.validation.revisions import Revisions
from p2c.validation.scope import Scope, plain_rows


@dataclass(frozen=True)
class _Part:
    """One part with all that was found about its rows, by their place in it."""

    number: int
    source: pd.DataFrame
    keys: Sequence[str]
    scope: Sequence[Reason | None]
    reasons: ReasonsByRow
    notes: ReasonsByRow
    waiting: Mapping[int, Reason]
    lines: LineFindings


class Judgement:
    """Judges a run's rows, part by part."""

    def __init__(
        self, context: StepContext, mapped: StagedSet, destination: KeyedSource, references: ReferenceData
    ) -> None:
        flow = context.applied_flow
        self._context = context
        self._origin = flow.source
        self._mapped = mapped
        self._extracted = context.staged("extract").read()
        metadata = self._extracted.metadata
        self._scope = Scope.of(flow, context.settings, metadata["units"], metadata["selected_units"])
        self._rows = Examination(context, flow, destination, references)
        self._rows.check_defaults()
        self._lines = LineJudgement(context, flow.lines, destination, references) if flow.lines else None
        self._version = self._origin.version or READ_AT
        self._newest = _newest(self._extracted, self._origin.id, self._version)
        self._sent = SentRevisions(flow, context.organization, context.cds)
        self._revisions = Revisions(self._in_scope())
        self._holders = KeyHolders(self._revisions.newest(), len(flow.destination.key_fields))

    def parts(self) -> Iterator[tuple[list[Verdict], list[bool]]]:
        """The verdicts of each part, and which of its rows are due ones."""
        for part in self._parts():
            verdicts = self._verdicts(part)
            for verdict in islice((v for v in verdicts if v.verdict in ("rejected", "parked")), LOGGED_ROWS):
                self._context.progress(f"{verdict.verdict} {verdict.key or verdict.source_id}: {verdict.summary()}")
            yield verdicts, part.source[DUE].notna().tolist()

    def _in_scope(self) -> Iterator[tuple[str, str, int]]:
        """Source id, integration key and revision of each row in scope, in its newest version."""
        for number, (source, scope) in enumerate(self._scopes()):
            identities = zip(source[self._origin.id], self._keys(source), self._revisions_of(source), strict=True)
            for row, (source_id, key, revision) in enumerate(identities):
                if scope[row] is None and self._is_newest(source_id, number, row):
                    yield source_id, key, revision

    def _scopes(self) -> Iterator[tuple[pd.DataFrame, list[Reason | None]]]:
        """The source rows of each part, and why each is out of scope; a line may keep its header out."""
        kept_out = self._lines.out_of_scope(self._extracted) if self._lines else repeat(dict[str, Reason]())
        for rows, by_line in zip(self._extracted.parts("rows"), kept_out, strict=False):
            source = frame_of(rows)
            scope = self._scope.judge(source, self._sent_before(source))
            ids = source[self._origin.id]
            yield source, [reason or by_line.get(source_id) for reason, source_id in zip(scope, ids, strict=True)]

    def _sent_before(self, source: pd.DataFrame) -> list[bool]:
        """Of each row whether an earlier version of it was sent, where that counts."""
        if not self._scope.depends_on_sending:
            return []
        fields = (self._origin.id, self._version)
        return self._sent.earlier(
            [(str(row[self._origin.id]), int(row[self._version] or 0)) for row in plain_rows(source, fields)]
        )

    def _parts(self) -> Iterator[_Part]:
        tables = zip(*(self._mapped.parts(name) for name in ("cds", "destination", "findings")), strict=True)
        lines = self._lines.findings(self._extracted, self._mapped) if self._lines else repeat(LineFindings())
        for number, ((source, scope), mapped_tables, of_lines) in enumerate(
            zip(self._scopes(), tables, lines, strict=False)
        ):
            mapped = MappedTables.of(*mapped_tables)
            in_scope = [row for row, reason in enumerate(scope) if reason is None]
            waiting = self._rows.waiting(source, mapped, in_scope)
            keys = [key.strip() for key in self._keys(source)]
            yield _Part(number, source, keys, scope, *self._rows.findings(mapped), waiting, of_lines)

    def _verdicts(self, part: _Part) -> list[Verdict]:
        earlier = self._context.ledger.holders(self._context.flow.name, self._context.organization, part.keys)
        self._sent.read(state.source_id for states in earlier.values() for state in states)
        return [
            self._verdict(part, row, source_id, revision, earlier.get(normalised(part.keys[row]), ()))
            for row, (source_id, revision) in enumerate(
                zip(part.source[self._origin.id], self._revisions_of(part.source), strict=True)
            )
        ]

    def _verdict(self, part: _Part, row: int, source_id: str, revision: int, earlier: Sequence[RowState]) -> Verdict:
        key = part.keys[row]
        identity = (source_id, key, self._newest[source_id][0])
        if not self._is_newest(source_id, part.number, row):
            return Verdict(*identity, "repeated")
        if out := part.scope[row]:
            return Verdict(*identity, "out_of_scope", (out,))
        others = [state for state in earlier if state.source_id != source_id]
        if older := self._revisions.superseding(key, revision, self._sent.revisions(others)):
            return Verdict(*identity, "out_of_scope", (replace(older, field=self._origin.revision),))
        found = self._rejecting(part, row, source_id, self._sent.rivals(others, revision))
        waiting = [*([part.waiting[row]] if row in part.waiting else []), *part.lines.waiting.get(source_id, ())]
        if found:
            return Verdict(*identity, "rejected", found)
        if waiting:
            return Verdict(*identity, "parked", tuple(waiting))
        notes = (*part.notes.get(row, ()), *part.lines.notes.get(source_id, ()))
        return Verdict(*identity, "ready", notes)

    def _rejecting(self, part: _Part, row: int, source_id: str, earlier: Sequence[RowState]) -> tuple[Reason, ...]:
        """What speaks against a row and its lines, one reason for each field."""
        conflict = self._holders.conflict(source_id, part.keys[row], earlier, self._newest)
        shared = [replace(conflict, field=self._origin.key)] if conflict else []
        own = self._rows.apart_from_parent(part.reasons.get(row, ()), part.waiting.get(row))
        reasons = [*shared, *own, *part.lines.reasons.get(source_id, ())]
        first = {(reason.line, reason.field): reason for reason in reversed(reasons)}
        return tuple(reversed(first.values()))

    def _is_newest(self, source_id: str, number: int, row: int) -> bool:
        return self._newest[source_id][1:] == (number, row)

    def _keys(self, source: pd.DataFrame) -> list[str]:
        return ["" if key is pd.NA else str(key) for key in source[self._origin.key]]

    def _revisions_of(self, source: pd.DataFrame) -> list[int]:
        if not self._origin.revision:
            return [0] * len(source)
        return [_revision("" if value is pd.NA else str(value)) for value in source[self._origin.revision]]


def _revision(text: str) -> int:
    """The number of a revision; what is none counts as the first, and its contract rejects the row."""
    try:
        number = Decimal(text or 0)
        return int(number) if abs(number) < 1 << 63 else 0
    except ArithmeticError:
        return 0


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
