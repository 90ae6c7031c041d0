"""Who writes a row of no company: of the organizations that have it, the first of the site's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from p2c.flow import Flow
from p2c.keys import normalised
from p2c.ledger import Window
from p2c.site import Site
from p2c.steps.source_rows import Row, SourceRows, SourceSystem
from p2c.systems.odata.query import Page
from p2c.validation.scope import DELETED, OWNER, Scope


class Owners:
    """The other organizations that have a flow's rows in scope: those before ``organization``, or all of them."""

    def __init__(self, site: Site, flow: Flow, organization: str, source: SourceSystem) -> None:
        order = site.owning_order()
        before = order[: order.index(organization)] if flow.destination.shared else []
        others = [name for name in order if name != organization] if flow.destination.shared else []
        self._before = [_Holder(site, flow, name, source) for name in before]
        self._others = [_Holder(site, flow, name, source) for name in others]
        self._key = flow.source.id

    def read_whole(self) -> None:
        """Read what the organizations before have at once; it costs less than asking for every hundred rows."""
        for holder in self._before:
            holder.read_whole()

    def added_to(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows, each with the organization before that owns it, if one does."""
        return self._added(rows, self._before)

    def added_to_absent(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows that this organization lacks, each with an organization that has it."""
        return self._added(rows, self._others)

    def _added(self, rows: Sequence[Row], holders: Sequence[_Holder]) -> Sequence[Row]:
        if not holders or not rows:
            return rows
        ids = [row[self._key] or "" for row in rows]
        found = [(holder.name, holder.having(ids)) for holder in holders]
        named = (next((name for name, held in found if normalised(source_id) in held), None) for source_id in ids)
        return [{**row, OWNER: owner} for row, owner in zip(rows, named, strict=True)]


class _Holder:
    """One organization's rows in scope, by normalised id."""

    def __init__(self, site: Site, flow: Flow, name: str, source: SourceSystem) -> None:
        self.name = name
        settings = site.organization(name)
        self._scope = Scope.of(flow, settings, {}, None)
        self._id = flow.source.id
        fields = [flow.source.id, *(join.by for join in flow.source.joined), *self._scope.fields()]
        self._rows = SourceRows(flow.source, source, tuple(dict.fromkeys(fields)), settings.legal_entity)
        self._whole: frozenset[str] | None = None

    def read_whole(self) -> None:
        everything = Window(None, None, "full")
        self._whole = frozenset(self._in_scope(self._rows.in_window(everything)))

    def having(self, ids: Sequence[str]) -> frozenset[str]:
        return self._whole if self._whole is not None else frozenset(self._in_scope(self._rows.by_id(ids)))

    def _in_scope(self, pages: Iterator[Page]) -> Iterator[str]:
        for page in pages:
            yield from self._judged(page.rows)

    def _judged(self, rows: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
        frame = pd.DataFrame(rows, columns=[self._id, *self._scope.fields()], dtype=object).assign(**{DELETED: None})
        for row, reason in zip(rows, self._scope.judge(frame), strict=True):
            if reason is None:
                yield normalised(row[self._id] or "")
