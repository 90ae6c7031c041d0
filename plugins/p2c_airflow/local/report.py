"""What became of every row of a run, as `make demo` prints it, and whether F&O holds what the run reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from p2c.database.engine import open_engine
from p2c.ledger import Ledger, Outcome, RowOutcome, Run
from p2c.site import Site, load_site
from p2c_airflow.local.console import console
from p2c_airflow.local.systems import Row, Systems
from p2c_airflow.local.truth import Difference, differences, expected

if TYPE_CHECKING:
    from p2c_airflow.local.stack import Stack

WRITTEN = (Outcome.CREATED, Outcome.UPDATED)
LANDED = (*WRITTEN, Outcome.UNCHANGED)
#: Out of scope, so nobody has to mend them: told by reason, not row by row.
PASSED_OVER = (Outcome.SKIPPED,)


def print_report(stack: Stack, run_id: str, effects_before: int) -> bool:
    """Print the report of a run and return whether all that it claims holds at the destination.

    ``effects_before`` is the number of effects the sandbox had journalled when the run began.
    """
    engine = open_engine(f"sqlite:///{stack.home.common_data_service}")
    try:
        report = _Report(stack, Ledger(engine), run_id)
        return report.print(effects_before)
    finally:
        engine.dispose()


class _Report:
    def __init__(self, stack: Stack, ledger: Ledger, run_id: str) -> None:
        self._ledger = ledger
        self._run_id = run_id
        self._site: Site = load_site(stack.home.site_file)
        self._systems = Systems(stack)
        self._accounts = self._systems.accounts()

    def print(self, effects_before: int) -> bool:
        runs = self._ledger.runs(run_id=self._run_id)
        if {run.key.organization for run in runs} != set(self._site.organizations):
            console.print("  Not every organization has run.")
            return False
        holds = [self._organization(run) for run in sorted(runs, key=lambda run: run.key.organization)]
        return self._journal(runs, effects_before) and all(holds)

    def _organization(self, run: Run) -> bool:
        outcomes = list(self._ledger.outcomes(run.key))
        console.print(f"\n  Organization {run.key.organization}: {_identity(outcomes)}")
        _print_passed_over(row for row in outcomes if row.outcome in PASSED_OVER)
        for row in outcomes:
            if row.outcome not in (*LANDED, *PASSED_OVER):
                self._print_row(row)
        compared, found = self._compared(run, [row for row in outcomes if row.outcome in LANDED])
        verdict = "all as in Sales" if not found else f"{len(found)} differ"
        console.print(f"    F&O read back: {len(compared)} customers, {sum(compared.values())} fields, {verdict}")
        for difference in found:
            text = f"{difference.field} is {difference.found!r}, not {difference.wanted!r}"
            console.print(f"      {difference.key}: {text}")
        return not found and run.state == "success" and sum(run.counts.values()) == len(outcomes)

    def _print_row(self, row: RowOutcome) -> None:
        name = self._accounts.get(row.source_id, {}).get("name") or ""
        console.print(f"    {row.outcome.value:9} {row.integration_key or row.source_id}  {name[:40]}")
        for reason in row.reasons:
            place = f"{reason.field} {reason.value[:40]!r}: " if reason.field else ""
            console.print(f"              {place}{reason}")

    def _compared(self, run: Run, landed: Sequence[RowOutcome]) -> tuple[Counter[str], list[Difference]]:
        """How many fields of each landed row were compared, and which differ."""
        organization = self._site.organization(run.key.organization)
        customers = self._systems.customers(organization.legal_entity)
        by_account = {key.casefold(): row for key, row in customers.items()}
        compared: Counter[str] = Counter()
        found: list[Difference] = []
        for row in landed:
            created = row.outcome is Outcome.CREATED
            wanted = expected(self._accounts[row.source_id], organization, self._site, created=created)
            customer: Row = by_account.get(row.integration_key.casefold(), {})
            compared[row.integration_key] += len(wanted)
            found += differences(row.integration_key, wanted, customer)
        return compared, found

    def _journal(self, runs: Iterable[Run], before: int) -> bool:
        """Whether F&O saw exactly the creates and updates that the run reports."""
        reported = Counter(row.outcome.value for run in runs for row in self._ledger.outcomes(run.key))
        effects = Counter(effect["kind"] for effect in self._systems.effects()[before:])
        agrees = all(effects[outcome.value] == reported[outcome.value] for outcome in WRITTEN)
        seen = ", ".join(f"{effects[outcome.value]} {outcome.value}" for outcome in WRITTEN)
        console.print(f"\n  F&O's own journal of this run: {seen}; {'as' if agrees else 'not as'} reported")
        return agrees


def _identity(outcomes: Sequence[RowOutcome]) -> str:
    counts = Counter(row.outcome for row in outcomes)
    parts = " + ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
    return f"{len(outcomes)} read = {parts or '0'}"


def _print_passed_over(rows: Iterable[RowOutcome]) -> None:
    reasons = Counter(row.reasons[0].text if row.reasons else "without a reason" for row in rows)
    for text, count in reasons.most_common():
        console.print(f"    skipped   {count} x  {text}")
