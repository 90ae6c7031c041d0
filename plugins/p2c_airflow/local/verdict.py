"""Whether both systems hold what they have to, field by field, by a reckoning of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from p2c.flows import FLOWS
from p2c.ledger import Ledger, Outcome
from p2c.ledger.records import LANDED
from p2c_airflow.local.console import console
from p2c_airflow.local.organizations import BROKEN
from p2c_airflow.local.truth import accounts, contacts, contacts_to_customers
from p2c_airflow.local.truth.destination import Destination
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Difference, Wanted, differences

#: What each flow has to bring about, worked out from the sources.
TRUTHS = {
    "accounts": accounts.wanted,
    "contacts": contacts.wanted,
    "contacts_to_customers": contacts_to_customers.wanted,
}
ROWS = 1_000_000


@dataclass
class Compared:
    """What a comparison of one flow and organization came to."""

    rows: int = 0
    fields: int = 0
    held_back: int = 0
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The comparison in a few words."""
        verdict = f"{len(self.problems)} differ" if self.problems else "all as they have to be"
        held_back = f"; {self.held_back} rows held back, for the reasons above" if self.held_back else ""
        return f"{self.rows} rows, {self.fields} fields: {verdict}{held_back}"


class Verdict:
    """The comparison of both systems as they stand now."""

    def __init__(self, snapshot: Snapshot, ledger: Ledger) -> None:
        self._snapshot = snapshot
        self._ledger = ledger
        self._destination = Destination(snapshot)

    def print(self) -> list[str]:
        """Print what each flow and organization came to; returns what is wrong."""
        problems = []
        for flow in FLOWS.values():
            for organization in self._snapshot.site.organizations:
                compared = self.compare(flow.name, organization)
                console.print(f"    {organization:5} {flow.title:24} {compared.line()}")
                for problem in compared.problems:
                    console.print(f"      WRONG: {problem}")
                problems += compared.problems
        return problems

    def compare(self, flow: str, organization: str) -> Compared:
        """Compare what a flow has brought about for an organization with what it had to."""
        compared = Compared()
        wanted = list(TRUTHS[flow](self._snapshot, organization))
        outcomes = {row.source_id: row.outcome for row in self._ledger.rows(flow, organization, limit=ROWS)}
        for row in wanted:
            self._compare_row(row, organization, outcomes.get(row.source_id), compared)
        known = {row.source_id for row in wanted}
        strange = [row for row, outcome in outcomes.items() if outcome in LANDED and row not in known]
        compared.problems += [f"{row} has landed, but is out of scope" for row in strange]
        return compared

    def _compare_row(self, row: Wanted, organization: str, outcome: Outcome | None, compared: Compared) -> None:
        found = self._destination.find(row, organization)
        created = found is not None and self._destination.was_created(row.entity_set, found)
        if outcome in LANDED or (row.kept and created):
            compared.rows += 1
            compared.fields += len(row.asked(created=created))
            compared.problems += _problems(row, found, created)
        elif not row.kept:
            compared.held_back += 1
            if not outcome and organization != BROKEN:
                compared.problems.append(f"{row.name} has never been read")


def _problems(row: Wanted, found: Mapping[str, object] | None, created: bool) -> list[str]:
    if found is None:
        return [f"{row.name} is missing"]
    return [_told(difference) for difference in differences(row, found, created=created)]


def _told(difference: Difference) -> str:
    return f"{difference.row}: {difference.field} is {difference.found!r}, not {difference.wanted!r}"
