"""One round of the demo: some DAGs run, and what they report is held against the systems' own journals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from p2c.ledger import Ledger
from p2c.site import Site
from p2c_airflow.local.changes import Change
from p2c_airflow.local.console import console
from p2c_airflow.local.dag_runs import DagRun
from p2c_airflow.local.journal import Writes, journalled, reported, written_rows
from p2c_airflow.local.organizations import BROKEN, CHANGED
from p2c_airflow.local.report import Report
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems


class Round:
    """Runs of DAGs, one after the other, and what they wrote."""

    def __init__(
        self, stack: Stack, ledger: Ledger, systems: Systems, site: Site, before: Report | None = None
    ) -> None:
        self._stack = stack
        self._ledger = ledger
        self._systems = systems
        self._site = site
        self.report = Report(ledger, systems, site, before)

    def run(self, dag_ids: Iterable[str], conf: Mapping[str, Any]) -> list[str]:
        """Run the DAGs, print what became of the rows; returns what is wrong."""
        before = max((int(effect["id"]) for effect in self._systems.effects()), default=0)
        failed: set[str] = set()
        for dag_id in dag_ids:
            run = DagRun.start(self._stack, dag_id, conf)
            self.report.take(dag_id, run.run_id)
            run.follow(self.report.print_ended)
            failed |= run.failed_organizations()
        self.report.print_reasons()
        console.print()
        return self.judge(failed, before)

    def judge(self, failed: set[str], before: int) -> list[str]:
        """Hold the report against what the systems journalled after the effect ``before``; returns what is wrong.

        ``failed`` are the organizations of which a step failed.
        """
        return _told([*self._organizations(failed), *self._journal(before)])

    def compare_written(self, changes: Iterable[Change]) -> list[str]:
        """Whether the rows that people changed were written, and no other; returns what is wrong."""
        wanted = {(flow, CHANGED, key) for change in changes for flow, key in change.written}
        found = written_rows(self.report.runs_with_outcomes())
        if wanted == found:
            console.print(f"    Written were the {len(found)} rows that had to be, and no other.")
        problems = [f"{' '.join(row)} had to be written and was not" for row in sorted(wanted - found)]
        problems += [f"{' '.join(row)} was written though nobody changed it" for row in sorted(found - wanted)]
        return _told(problems)

    def _organizations(self, failed: set[str]) -> list[str]:
        runs = self.report.runs()
        problems = [f"a step of {name} failed" for name in sorted(failed - {BROKEN})]
        for name in self._site.organizations:
            if name != BROKEN and not any(run.key.organization == name and run.state == "success" for run in runs):
                problems.append(f"{name} has not run")
        broken = [row for row in written_rows(self.report.runs_with_outcomes()) if row[1] == BROKEN]
        problems += [f"{' '.join(row)} was written" for row in broken]
        if BROKEN in self._site.organizations and not broken:
            console.print(f"    {BROKEN} is broken on purpose: nothing of it was written, and the others ran on.")
        return problems

    def _journal(self, before: int) -> list[str]:
        """The systems' own journals must show the rows reported as written, and no other."""
        found, told = journalled(self._systems.effects(before)), reported(self.report.runs_with_outcomes())
        agrees = found == told
        console.print(f"    The systems' own journals, {'as' if agrees else 'NOT as'} reported: {_counted(found)}.")
        return [] if agrees else [f"reported were: {_counted(told)}"]


def _counted(writes: Writes) -> str:
    """What was written of each entity set, on one line."""
    by_set: dict[str, list[str]] = {}
    for (entity_set, kind), count in sorted(writes.items()):
        by_set.setdefault(entity_set, []).append(f"{count} {kind}")
    return "; ".join(f"{entity_set} {', '.join(counts)}" for entity_set, counts in by_set.items()) or "no write"


def _told(problems: list[str]) -> list[str]:
    for problem in problems:
        console.print(f"    WRONG: {problem}")
    return problems
