"""What was sent before of a row: an earlier version, or another revision of its key, as the CDS holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from p2c.cds import CdsStore
from p2c.flow import Flow
from p2c.ledger import RowState


class SentRevisions:
    """The accepted rows of one flow and organization."""

    def __init__(self, flow: Flow, organization: str, cds: CdsStore) -> None:
        self._flow = flow
        self._organization = organization
        self._cds = cds
        self._field = next(
            (
                pair.target
                for pair in flow.source_to_cds
                if flow.source.revision and pair.source == flow.source.revision
            ),
            "",
        )
        self._revisions: dict[str, int] = {}

    def earlier(self, rows: Sequence[tuple[str, int]]) -> list[bool]:
        """Of each row, given by source id and version, whether an earlier version was accepted at the destination."""
        ids = [source_id for source_id, _ in rows]
        accepted = self._cds.get(self._flow.cds, self._flow.name, self._organization, ids)
        return [source_id in accepted and accepted[source_id].version < version for source_id, version in rows]

    def read(self, source_ids: Iterable[str]) -> None:
        """Look up the revisions under which these rows were sent."""
        if self._field:
            accepted = self._cds.get(self._flow.cds, self._flow.name, self._organization, source_ids)
            self._revisions = {source_id: self.revision_of(row.values) for source_id, row in accepted.items()}

    def revision_of(self, cds: Mapping[str, Any]) -> int:
        """The revision of a canonical row; 0 where the source knows none."""
        return int(cds[self._field] or 0) if self._field else 0

    def revisions(self, states: Iterable[RowState]) -> list[int]:
        """The revisions of those ``states`` whose destination row is theirs."""
        return [
            self._revisions[state.source_id] for state in states if state.ours and state.source_id in self._revisions
        ]

    def rivals(self, states: Sequence[RowState], revision: int) -> Sequence[RowState]:
        """The ``states`` that a row of that revision does not take over from: without revisions all of them."""
        if not self._field:
            return states
        return [state for state in states if state.ours and self._revisions.get(state.source_id, revision) == revision]
