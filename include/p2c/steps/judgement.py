"""Judges a run's rows: scope first, then older revisions, findings, duplicates and parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, repeat

import numpy as np
import pyarrow as pa

from p2c.keys import normalised
from p2c.ledger import Reason, RowState
from p2c.staging import StagedSet
from p2c.steps.context import StepContext
from p2c.steps.examination import Examination, MappedTables, ReasonsByRow, frame_of
from p2c.steps.extract import DUE, READ_AT
from p2c.steps.line_judgement import LineFindings, LineJudgement
from p2c.steps.newest import Newest
from p2c.steps.report import LOGGED_ROWS
from p2c.steps.revisions import SentRevisions
from p2c.steps.verdict import Verdict, Verdicts
from p2c.validation.duplicates import KeyHolders
from p2c.validation.parents import KeyedSource
from p2c.validation.references import ReferenceData
from p2c.validation.revisions import Revisions
from p2c.validation.scope import DELETED, OWNER, Scope


@dataclass(frozen=True)
class _Part:
    """One part with all that was found about its rows, by their place in it; ``compared`` are the keys normalised."""

    number: int
    ids: Sequence[str]
    keys: Sequence[str]
    compared: Sequence[str]
    versions: Sequence[int]
    revisions: Sequence[int]
    due: Sequence[bool]
    scope: Sequence[Reason | None]
    reasons: ReasonsByRow
    notes: ReasonsByRow
    waiting: Mapping[int, Reason]
    lines: LineFindings


class Judgement:
    """Judges a run's rows of one key range, part by part; the other rows count where rows share an id or a key."""

    def __init__(
        self, context: StepContext, mapped: StagedSet, destination: KeyedSource, references: ReferenceData
    ) -> None:
        flow = context.applied_flow
        self._context = context
        self._origin = flow.source
        self._mapped = mapped
        self._extracted = context.staged("extract").read()
        self._own = self._extracted.within(context.key_range)
        metadata = self._extracted.metadata
        self._scope = Scope.of(flow, context.settings, metadata["units"], metadata["selected_units"])
        self._rows = Examination(context, flow, destination, references)
        self._rows.check_defaults()
        self._lines = LineJudgement(context, flow.lines, destination, references) if flow.lines else None
        self._version = self._origin.version or READ_AT
        self._newest = Newest(self._extracted, self._origin.id, self._origin.key, self._version)
        self._sent = SentRevisions(flow, context.organization, context.cds)
        self._revisions = Revisions(self._in_scope())
        self._holders = KeyHolders(self._revisions.newest(), len(flow.destination.key_fields))

    def parts(self) -> Iterator[Verdicts]:
        """The verdicts of each part."""
        for part in self._parts():
            verdicts = self._verdicts(part)
            refused = (v for v in verdicts.found.values() if v.verdict in ("rejected", "parked"))
            for verdict in islice(refused, LOGGED_ROWS):
                self._context.progress(f"{verdict.verdict} {verdict.key or verdict.source_id}: {verdict.summary()}")
            yield verdicts

    def _in_scope(self) -> Iterator[tuple[str, str, int]]:
        """Source id, integration key and revision of each row in scope that shares its key, in its newest version."""
        if not self._newest.keys:
            return
        for number, (source, scope) in enumerate(self._scopes(self._extracted, self._deciding)):
            ids, keys, revisions = source[self._origin.id].to_pylist(), self._keys(source), self._revisions_of(source)
            shared = self._newest.keys.among([normalised(key) for key in keys])
            for row in np.flatnonzero(shared).tolist():
                if scope[row] is None and self._newest.counts(ids[row], number, row):
                    yield ids[row], keys[row], revisions[row]

    @property
    def _deciding(self) -> list[str]:
        """The source fields that tell a row's identity and whether it is in scope."""
        origin = self._origin
        names = (origin.id, origin.key, self._version, origin.revision, DELETED, OWNER, *self._scope.fields())
        return [name for name in dict.fromkeys(names) if name]

    def _scopes(
        self, extracted: StagedSet, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[pa.Table, list[Reason | None]]]:
        """The source rows of each part, and why each is out of scope; a line may keep its header out."""
        kept_out = self._lines.out_of_scope(extracted) if self._lines else repeat(dict[str, Reason]())
        for source, by_line in zip(extracted.parts("rows", columns), kept_out, strict=False):
            scope = self._scope.judge(frame_of(source.select(self._deciding)), self._sent_before(source))
            if by_line:
                ids = source[self._origin.id].to_pylist()
                scope = [reason or by_line.get(source_id) for reason, source_id in zip(scope, ids, strict=True)]
            yield source, scope

    def _sent_before(self, source: pa.Table) -> list[bool]:
        """Of each row whether an earlier version of it was sent, where that counts."""
        if not self._scope.depends_on_sending:
            return []
        return self._sent.earlier(list(zip(source[self._origin.id].to_pylist(), self._versions(source), strict=True)))

    def _parts(self) -> Iterator[_Part]:
        tables = zip(*(self._mapped.parts(name) for name in ("cds", "destination", "findings")), strict=True)
        lines = self._lines.findings(self._own, self._mapped) if self._lines else repeat(LineFindings())
        places = self._extracted.places(self._context.key_range)
        for number, (source, scope), mapped_tables, of_lines in zip(
            places, self._scopes(self._own), tables, lines, strict=False
        ):
            mapped = MappedTables.of(*mapped_tables)
            in_scope = [row for row, reason in enumerate(scope) if reason is None]
            reasons, notes = self._rows.findings(mapped)
            keys = [key.strip() for key in self._keys(source)]
            yield _Part(
                number=number,
                ids=source[self._origin.id].to_pylist(),
                keys=keys,
                compared=[normalised(key) for key in keys],
                versions=self._versions(source),
                revisions=self._revisions_of(source),
                due=source[DUE].is_valid().to_pylist(),
                scope=scope,
                reasons=reasons,
                notes=notes,
                waiting=self._rows.waiting(frame_of(source), mapped, in_scope),
                lines=of_lines,
            )

    def _verdicts(self, part: _Part) -> Verdicts:
        asking = zip(part.ids, part.keys, strict=True)
        earlier = self._context.ledger.contested(self._context.flow.name, self._context.organization, asking)
        self._sent.read(state.source_id for states in earlier.values() for state in states)
        versions = [self._newest.version(*row) for row in zip(part.ids, part.versions, strict=True)]
        found = {
            row: self._verdict(part, row, versions[row], earlier.get(part.compared[row], ()))
            for row in self._noticed(part, earlier)
        }
        return Verdicts(part.ids, part.keys, versions, found, part.due)

    def _noticed(self, part: _Part, earlier: Mapping[str, Sequence[RowState]]) -> list[int]:
        """The rows of which anything was found; all others are ready."""
        noticed = {*part.reasons, *part.notes, *part.waiting}
        noticed.update(row for row, reason in enumerate(part.scope) if reason)
        repeated = self._newest.repeated(part.ids) | self._newest.keys.among(part.compared)
        noticed.update(np.flatnonzero(repeated).tolist())
        of_lines = {*part.lines.reasons, *part.lines.notes, *part.lines.waiting}
        for row, (source_id, key) in enumerate(zip(part.ids, part.compared, strict=True)):
            if source_id in of_lines or any(state.source_id != source_id for state in earlier.get(key, ())):
                noticed.add(row)
        return sorted(noticed)

    def _verdict(self, part: _Part, row: int, version: int, earlier: Sequence[RowState]) -> Verdict:
        source_id, key, revision = part.ids[row], part.keys[row], part.revisions[row]
        identity = (source_id, key, version)
        if not self._newest.counts(source_id, part.number, row):
            return Verdict(*identity, "repeated")
        if out := part.scope[row]:
            return Verdict(*identity, "out_of_scope", (out,))
        others = [
            state for state in earlier if state.source_id != source_id and state.source_id not in self._newest.gone
        ]
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
        conflict = self._holders.conflict(source_id, part.keys[row], earlier, self._newest.ids)
        shared = [replace(conflict, field=self._origin.key)] if conflict else []
        own = self._rows.apart_from_parent(part.reasons.get(row, ()), part.waiting.get(row))
        reasons = [*shared, *own, *part.lines.reasons.get(source_id, ())]
        first = {(reason.line, reason.field): reason for reason in reversed(reasons)}
        return tuple(reversed(first.values()))

    def _keys(self, source: pa.Table) -> list[str]:
        return [key or "" for key in source[self._origin.key].to_pylist()]

    def _versions(self, source: pa.Table) -> list[int]:
        return [int(version or 0) for version in source[self._version].to_pylist()]

    def _revisions_of(self, source: pa.Table) -> list[int]:
        if not self._origin.revision:
            return [0] * len(source)
        return [_revision(value or "") for value in source[self._origin.revision].to_pylist()]


def _revision(text: str) -> int:
    """The number of a revision; what is none counts as the first, and its contract rejects the row."""
    try:
        number = Decimal(text or 0)
        return int(number) if abs(number) < 1 << 63 else 0
    except ArithmeticError:
        return 0
