"""What became of every row of some runs, as `make demo` prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from p2c.flows import FLOWS, flow_named
from p2c.ledger import Ledger, Outcome, RowOutcome, Run, summary
from p2c.ledger.records import LANDED, NOT_SELECTED
from p2c.site import Site
from p2c_airflow.local.console import console
from p2c_airflow.local.systems import Systems

#: Rows named beside a reason that several share.
NAMED_ROWS = 4
RUNS = 1000
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Report:
    """Runs of one DAG run after the other, each printed once it has ended."""

    def __init__(self, ledger: Ledger, systems: Systems, site: Site, before: Report | None = None) -> None:
        """Report runs; what ``before`` told of a row is not told again."""
        self._ledger = ledger
        self._told: set[tuple[str, ...]] = set(before._told) if before else set()
        self._systems = systems
        self._organizations = list(site.organizations)
        self._asked: list[tuple[str, str]] = []
        self._printed: set[tuple[str, ...]] = set()

    def take(self, dag_id: str, run_id: str) -> None:
        """Report this DAG run too."""
        self._asked.append((dag_id, run_id))

    def runs(self) -> list[Run]:
        """The runs, by flow and organization, in the order in which these are declared."""
        found = (run for _, run_id in self._asked for run in self._ledger.runs(RUNS, run_id=run_id))
        chosen = {run.key: run for run in found if (run.key.dag_id, run.key.run_id) in self._asked}
        return sorted(chosen.values(), key=self._order)

    def _order(self, run: Run) -> tuple[int, int]:
        return list(FLOWS).index(run.key.flow), self._organizations.index(run.key.organization)

    def runs_with_outcomes(self) -> list[tuple[Run, list[RowOutcome]]]:
        """The runs, and what became of each of their rows."""
        return [(run, list(self._ledger.outcomes(run.key))) for run in self.runs()]

    def print_ended(self) -> None:
        """Print how many rows had which outcome, for each run that has ended since the last call."""
        for run in self.runs():
            place = tuple(vars(run.key).values())
            if run.state == "success" and place not in self._printed:
                self._printed.add(place)
                console.print(f"    {_place(run)} {identity(run, self._ledger.deleted(run.key))}")

    def print_unselected(self) -> None:
        """Print the rows of Sales that no organization selects, as far as each has judged them."""
        for flow in FLOWS.values():
            judging = [name for name in self._organizations if self._ledger.has_judged(flow.name, name)]
            keys = self._passed_over_by_all(flow.name, judging)
            if keys:
                pending = ", ".join(name for name in self._organizations if name not in judging)
                told = f" ({pending} has judged none yet)" if pending else ""
                console.print(f"    Selected by no organization: {flow.title.lower()}{told}: {_listed(keys)}.")

    def _passed_over_by_all(self, flow: str, organizations: Sequence[str]) -> list[str]:
        rows = [
            {(row.source_id, row.integration_key or row.source_id) for row in self._ledger.rows_passed_over(flow, name)}
            for name in organizations
        ]
        return sorted(key for _, key in set.intersection(*rows)) if rows else []

    def print_reasons(self) -> None:
        """Print why rows did not land: those out of scope by number, the others by name.

        Rows that belong to another organization are left out: each organization reads them all.
        """
        left_out = "What was told above is left out" if self._told else "Rows of another organization are left out"
        console.print(f"\n    Rows that did not land, and why. {left_out}.")
        names = _names(self._systems)
        for run, outcomes in self.runs_with_outcomes():
            lines = [*_reasons([row for row in outcomes if self._is_news(run, row)], names)]
            if lines:
                console.print(f"\n    {_place(run).rstrip()}")
            for line in lines:
                console.print(f"      {line}")

    def _is_news(self, run: Run, row: RowOutcome) -> bool:
        told = (run.key.flow, run.key.organization, row.source_id, row.outcome, summary(row.reasons))
        known = told in self._told
        self._told.add(told)
        return not known


def identity(run: Run, deleted: int) -> str:
    """The rows read as the sum of their outcomes, and beside it the lines deleted with them."""
    counts = [(run.counts.get(outcome.value, 0), outcome.value) for outcome in Outcome]
    parts = " + ".join(f"{count} {name}" for count, name in counts if count)
    lines = f", {deleted} line{'s' * (deleted > 1)} deleted" if deleted else ""
    return f"{sum(count for count, _ in counts)} read = {parts or '0'}{lines}"


def _place(run: Run) -> str:
    return f"{run.key.organization:5} {flow_named(run.key.flow).title:24}"


def _reasons(outcomes: Sequence[RowOutcome], names: Mapping[str, str]) -> Iterator[str]:
    """One line for each reason, with the rows it holds for."""
    rows: dict[tuple[Outcome, str], list[RowOutcome]] = {}
    for row in outcomes:
        if row.outcome not in LANDED and not _is_of_another_organization(row):
            rows.setdefault((row.outcome, _kind_of_reason(row)), []).append(row)
    order = list(Outcome)
    for (outcome, _), alike in sorted(rows.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]))):
        text = summary(alike[0].reasons)
        if outcome is Outcome.SKIPPED:
            yield f"skipped   {len(alike)} x {text}"
            continue
        yield f"{outcome.value:9} {_named(alike[0], names)}: {text}"
        if alike[1:]:
            yield f"          The same for {_listed([_named(row, names) for row in alike[1:]])}."


def _is_of_another_organization(row: RowOutcome) -> bool:
    return any(reason.code == NOT_SELECTED for reason in row.reasons)


def _kind_of_reason(row: RowOutcome) -> str:
    """The reasons of a row without what is its own in them, so that rows with the same fault are told together."""
    text = summary(row.reasons)
    for own in (row.integration_key, *(reason.value for reason in row.reasons)):
        text = text.replace(own, "") if own else text
    return IDENTIFIER.sub("", text)


def _names(systems: Systems) -> dict[str, str]:
    """How people call the rows of Sales, by id."""
    columns = {"accounts": ("accountid", "name"), "contacts": ("contactid", "fullname"), "quotes": ("quoteid", "name")}
    return {
        str(row[identifier]): str(row[name] or "")
        for entity_set, (identifier, name) in columns.items()
        for row in systems.sales_rows(f"{entity_set}?$select={identifier},{name}")
    }


def _named(row: RowOutcome, names: Mapping[str, str]) -> str:
    return f"{row.integration_key or row.source_id} {names.get(row.source_id, '')[:40]}".rstrip()


def _listed(names: Sequence[str]) -> str:
    further = len(names) - NAMED_ROWS
    return ", ".join(names[:NAMED_ROWS]) + (f" and {further} more" if further > 0 else "")
