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
    """The other organizations that have a flow's rows in scope.

    A row that is in scope here is owned by one before ``organization``; any other row, by any that has it in scope.
    """

    def __init__(self, site: Site, flow: Flow, organization: str, source: SourceSystem) -> None:
        order = site.owning_order() if flow.destination.shared else []
        self._before = frozenset(order[: order.index(organization)]) if order else frozenset()
        self._own = _Holder(site, flow, organization, source)
        self._others = [_Holder(site, flow, name, source) for name in order if name != organization]
        self._key = flow.source.id

    def read_whole(self) -> None:
        """Read what the others have at once; it costs less than asking for every hundred rows."""
        for holder in self._others:
            holder.read_whole()

    def added_to(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows, each with the organization that owns it in this one's place, if one does."""
        here = frozenset(self._own.in_scope(rows)) if self._others else frozenset()
        return self._added(rows, here)

    def added_to_absent(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows that this organization lacks, each with an organization that has it."""
        return self._added(rows, frozenset())

    def _added(self, rows: Sequence[Row], here: frozenset[str]) -> Sequence[Row]:
        if not self._others or not rows:
            return rows
        ids = [normalised(row[self._key] or "") for row in rows]
        found = [(holder.name, holder.having([row[self._key] or "" for row in rows])) for holder in self._others]
        return [{**row, OWNER: self._owner(source_id, here, found)} for row, source_id in zip(rows, ids, strict=True)]

    def _owner(self, source_id: str, here: frozenset[str], found: Sequence[tuple[str, frozenset[str]]]) -> str | None:
        having = (name for name, held in found if source_id in held)
        return next((name for name in having if source_id not in here or name in self._before), None)


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
        self._whole = frozenset(self._read(self._rows.in_window(everything)))

    def having(self, ids: Sequence[str]) -> frozenset[str]:
        return self._whole if self._whole is not None else frozenset(self._read(self._rows.by_id(ids)))

    def _read(self, pages: Iterator[Page]) -> Iterator[str]:
        for page in pages:
            yield from self.in_scope(page.rows)

    def in_scope(self, rows: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
        """The normalised ids of the rows that the organization has in scope."""
        frame = pd.DataFrame(rows, columns=[self._id, *self._scope.fields()], dtype=object).assign(**{DELETED: None})
        for row, reason in zip(rows, self._scope.judge(frame), strict=True):
            if reason is None:
                yield normalised(row[self._id] or "")
