"""Rows that are gone from the source, and keep others from the integration key they had.

A row deleted in Sales shows in no window. That it is gone is found out when another one comes under its key.
"""

from __future__ import annotations

from collections.abc import Sequence

from p2c.steps.context import StepContext
from p2c.steps.source_rows import Row, SourceSystem
from p2c.systems.odata.rows_by_column import column_of
from p2c.validation.scope import DELETED, GONE


class GoneHolders:
    """The rows of one flow and organization that the ledger knows and the source has no more."""

    def __init__(self, context: StepContext, source: SourceSystem) -> None:
        self._context = context
        self._origin = context.applied_flow.source
        self._source = source
        self._any_known = False

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Those that have an integration key of ``rows``, as rows that are deleted; the source is asked for each."""
        context, origin = self._context, self._origin
        self._any_known = self._any_known or context.ledger.knows_rows(context.flow.name, context.organization)
        if not self._any_known:  # a first load has nothing to look up
            return []
        keys = [key for value in column_of(rows, origin.key) if (key := (value or "").strip())]
        claimants = context.ledger.claimants(context.flow.name, context.organization, keys)
        present = {source_id or "" for source_id in column_of(rows, origin.id)}
        if others := [source_id for source_id in claimants if source_id not in present]:
            present |= self._found(others)
        gone = [source_id for source_id in others if source_id not in present]
        return [{origin.id: source_id, origin.key: claimants[source_id], DELETED: GONE} for source_id in gone]

    def _found(self, ids: Sequence[str]) -> set[str]:
        company = self._context.settings.legal_entity if self._origin.company else ""
        pages = self._source.rows_by_id(self._origin.entity_set, self._origin.id, ids, (self._origin.id,), company)
        return {row[self._origin.id] or "" for page in pages for row in page.rows}
