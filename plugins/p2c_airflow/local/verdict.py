"""Whether both systems hold what they have to, field by field, by a reckoning of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.ledger import Ledger, Outcome, RowState
from p2c.ledger.records import LANDED
from p2c_airflow.local.console import console
from p2c_airflow.local.organizations import BROKEN
from p2c_airflow.local.systems import Row
from p2c_airflow.local.truth import accounts, contacts, contacts_to_customers, price_list_items, products, quotes
from p2c_airflow.local.truth.destination import Destination, journal_key
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted, differences

#: What each flow has to bring about, worked out from the sources.
TRUTHS = {
    "accounts": accounts.wanted,
    "contacts": contacts.wanted,
    "contacts_to_customers": contacts_to_customers.wanted,
    "price_list_items": price_list_items.wanted,
    "products": products.wanted,
    "quotes": quotes.wanted,
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
        verdict = f"{len(self.problems)} WRONG" if self.problems else "all as they have to be"
        held_back = f"; {self.held_back} held back, for reasons as above" if self.held_back else ""
        return f"{self.rows:3} rows, {self.fields:4} fields: {verdict}{held_back}"


class Verdict:
    """The comparison of both systems as they stand now."""

    def __init__(self, snapshot: Snapshot, ledger: Ledger) -> None:
        self._snapshot = snapshot
        self._ledger = ledger
        self._destination = Destination(snapshot)
        self._met: set[tuple[str, str]] = set()

    def print(self) -> list[str]:
        """Print what each flow and organization came to; returns what is wrong."""
        problems = []
        for name in sorted(FLOWS.keys() - TRUTHS.keys()):
            console.print(f"    {name}: not compared, for there is no reckoning of it in p2c_airflow.local.truth.")
        for flow in _reckoned():
            for organization in self._snapshot.site.organizations:
                compared = self.compare(flow.name, organization)
                if compared.rows or compared.held_back or compared.problems:
                    console.print(f"    {organization:5} {flow.title:24} {compared.line()}")
                problems += compared.problems
        problems += self._strays()
        for problem in problems:
            console.print(f"    WRONG: {problem}")
        return problems

    def compare(self, flow: str, organization: str) -> Compared:
        """Compare what a flow has brought about for an organization with what it had to."""
        compared = Compared()
        wanted = {row.source_id: row for row in TRUTHS[flow](self._snapshot, organization)}
        states = {row.source_id: row for row in self._ledger.rows(flow, organization, limit=ROWS)}
        for source_id, row in wanted.items():
            self._compare_row(row, organization, states.get(source_id), compared)
        for state in states.values():
            if state.outcome in LANDED and state.source_id not in wanted:
                compared.problems.append(f"{state.integration_key} has landed, but is out of scope")
        return compared

    def _compare_row(self, row: Wanted, organization: str, state: RowState | None, compared: Compared) -> None:
        found = self._destination.find(row, organization)
        created = found is not None and self._destination.was_created(row.entity_set, found)
        if _is_to_be_there(row, state, created):
            self._compare_fields(row, found, created, compared)
            compared.problems += self._lines(row, organization, compared)
        elif not row.kept:
            compared.held_back += 1
            if state is None and organization != BROKEN:
                compared.problems.append(f"{row.name} has never been read")

    def _compare_fields(self, row: Wanted, found: Row | None, created: bool, compared: Compared) -> None:
        compared.rows += 1
        if found is None:
            compared.problems.append(f"{row.name} is missing")
            return
        self._met.add(journal_key(row.entity_set, found))
        compared.fields += len(row.asked(created=created))
        for differing in differences(row, found, created=created):
            place = f"{differing.row}: {differing.field}"
            compared.problems.append(f"{place} is {differing.found!r}, not {differing.wanted!r}")

    def _lines(self, row: Wanted, organization: str, compared: Compared) -> Iterator[str]:
        """Compare the lines of a row that is there: these and no other."""
        for line in row.lines:
            found = self._destination.find(line, organization)
            self._compare_fields(line, found, created=False, compared=compared)
        if row.lines_set:
            there = len(self._destination.rows(row.lines_set, row.key, organization))
            if there != len(row.lines):
                yield f"{row.name} has {there} lines, not {len(row.lines)}"

    def _strays(self) -> list[str]:
        """Rows that came into being at a destination though nothing wants them there."""
        entity_sets = {part.destination.entity_set for flow in _reckoned() for part in flow.parts}
        strays = (place for place in self._destination.created - self._met if place[0] in entity_sets)
        return [f"{entity_set} {key} is there, and has no business to be" for entity_set, key in sorted(strays)]


def _reckoned() -> list[Flow]:
    return [flow for flow in FLOWS.values() if flow.name in TRUTHS]


def _is_to_be_there(row: Wanted, state: RowState | None, created: bool) -> bool:
    """Whether a row has landed, or was sent before it went out of scope."""
    if state is not None and state.outcome in LANDED:
        return True
    return created and (row.kept or (state is not None and state.outcome is Outcome.LEFT))
