"""What the earlier flows of a dry run would have created: their rows count as parents, as they will in the real run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from p2c.errors import StagingError
from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.keys import normalised
from p2c.ledger import Outcome
from p2c.steps.context import StepContext
from p2c.systems.odata.query import Row
from p2c.validation.parents import KeyedSource


def foreseen(context: StepContext, destination: KeyedSource) -> KeyedSource:
    """The destination as a run finds it: in a dry run, after the earlier flows of the same DAG run."""
    return _Foreseen(context, destination, {}) if context.run.dry_run else destination


@dataclass(frozen=True)
class _Foreseen:
    context: StepContext
    destination: KeyedSource
    keys: dict[str, frozenset[str]]

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str
    ) -> Mapping[str, Row]:
        """The rows there, and those that would be there, which hold nothing but their key."""
        present = self.destination.rows_by_key(entity_set, key_field, keys, fields, company)
        created = self._created(entity_set)
        ahead: dict[str, Row] = {key: {key_field: key} for key in map(normalised, keys) if key in created}
        return ahead | dict(present)

    def _created(self, entity_set: str) -> frozenset[str]:
        if entity_set not in self.keys:
            flows = (flow for flow in FLOWS.values() if flow.destination.entity_set == entity_set)
            places = ((flow.name, organization) for flow in flows for organization in self._organizations(flow))
            self.keys[entity_set] = frozenset(key for place in places for key in self._planned(*place))
        return self.keys[entity_set]

    def _organizations(self, flow: Flow) -> Iterable[str]:
        """Those whose rows are there for this one: all of them where rows are of no company."""
        return self.context.site.organizations if flow.destination.shared else [self.context.organization]

    def _planned(self, flow: str, organization: str) -> Iterator[str]:
        context = self.context
        for step in context.staging.key_ranges(context.dag_id, context.run_id, organization, flow, "load"):
            try:
                report = step.read()
            except StagingError:  # that flow has not come so far
                continue
            for part in report.parts("rows"):
                for row in part.to_pylist():
                    if row["outcome"] == Outcome.CREATED:
                        yield normalised(row["key"])
