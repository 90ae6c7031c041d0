"""The money check: what each quote comes to in Sales and in F&O, and whether the runs recorded it so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from p2c.ledger import Ledger
from p2c_airflow.local.console import console
from p2c_airflow.local.truth.destination import Destination
from p2c_airflow.local.truth.quotes import HEADERS, LINES
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Row

FLOW = "quotes"
#: A difference that rounding explains.
TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Checked:
    """One quotation: the sums of its lines before tax in both systems."""

    organization: str
    number: str
    currency: str
    sales: Decimal
    finance: Decimal
    recorded: tuple[Decimal, Decimal] | None

    @property
    def difference(self) -> Decimal:
        """By how much F&O has more."""
        return self.finance - self.sales

    def problem(self) -> str:
        """What is wrong, empty where nothing is."""
        if abs(self.difference) > TOLERANCE:
            return f"{self.number}: Sales says {self.sales}, F&O {self.finance}"
        if self.recorded is None:
            return f"{self.number}: no run recorded what it comes to"
        if self.recorded != (self.sales, self.finance):
            return f"{self.number}: recorded were {self.recorded[0]} in Sales and {self.recorded[1]} in F&O"
        return ""


def print_money_check(snapshot: Snapshot, ledger: Ledger) -> list[str]:
    """Print the table of all quotations that came from Sales; returns what is wrong."""
    checked = [row for name in snapshot.site.organizations for row in check_money(snapshot, ledger, name)]
    if not checked:
        return []
    console.print(f"    {'':5} {'quote':18} {'in Sales':>12} {'in F&O':>12} {'difference':>10}")
    for row in checked:
        amounts = f"{row.sales:12.2f} {row.finance:12.2f} {row.difference:10.2f}"
        console.print(f"    {row.organization:5} {row.number:18} {amounts} {row.currency}")
    problems = [problem for row in checked if (problem := row.problem())]
    for problem in problems:
        console.print(f"    WRONG: {problem}")
    return problems


def check_money(snapshot: Snapshot, ledger: Ledger, organization: str) -> Iterator[Checked]:
    """The quotations of an organization that were created from a quote."""
    destination = Destination(snapshot)
    for state in sorted(ledger.rows(FLOW, organization, limit=1_000_000), key=lambda state: state.integration_key):
        key = {"SalesQuotationNumber": state.integration_key}
        headers = destination.rows(HEADERS, key, organization)
        if not state.ours or not headers:
            continue
        lines = destination.rows(LINES, key, organization)
        amounts = (row.amounts for _, row in ledger.history(FLOW, organization, state.source_id))
        yield Checked(
            organization,
            state.integration_key,
            str(headers[0]["CurrencyCode"]),
            sum((_before_tax(line) for line in snapshot.lines(state.source_id)), Decimal()),
            sum((Decimal(line["LineAmount"]) for line in lines), Decimal()),
            next((found for found in amounts if found), None),
        )


def _before_tax(line: Row) -> Decimal:
    return Decimal(str(line["extendedamount"] or 0)) - Decimal(str(line["tax"] or 0))
