"""The demo: an initial load, changes on both sides, a second run, and whether both systems hold what they have to."""

from __future__ import annotations

from p2c.database.engine import open_engine
from p2c.flows import FLOWS
from p2c.ledger import Ledger
from p2c.site import load_site
from p2c_airflow.local.changes import Change, make_changes
from p2c_airflow.local.console import console, step
from p2c_airflow.local.dag_runs import wait_for_dags
from p2c_airflow.local.money import print_money_check
from p2c_airflow.local.round import Round
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import Verdict

INITIAL_LOAD = "initial_load"


def run_demo(stack: Stack) -> bool:
    """Run the whole demo and return whether all of it holds."""
    with step("Reading the DAGs"):
        wait_for_dags(stack, [INITIAL_LOAD, *flow_dags(stack)])
    engine = open_engine(f"sqlite:///{stack.home.common_data_service}")
    try:
        problems = _run(stack, Ledger(engine))
    finally:
        engine.dispose()
    if problems:
        console.print(f"\nNOT all of it holds: {len(problems)} lines above say WRONG.")
    else:
        console.print("\nAll of it holds. `make start` leaves both systems and Airflow running, to look around.")
    return not problems


def flow_dags(stack: Stack) -> list[str]:
    """The DAGs of the flows, each named as its first flow, in the order in which one needs the other's rows."""
    return [flow for flow in FLOWS if (stack.home.dags / f"{flow}.py").exists()]


def _run(stack: Stack, ledger: Ledger) -> list[str]:
    """The parts of the demo one after the other; returns what is wrong."""
    systems, site = Systems(stack), load_site(stack.home.site_file)
    console.print(f"\n1. The initial load reads every row. {stack.ports.airflow_url} shows it too (user admin).")
    first = Round(stack, ledger, systems, site)
    problems = first.run([INITIAL_LOAD], {"dry_run": False})
    first.report.print_unselected()
    console.print("\n2. People change rows in both systems.")
    changes = [_told(change) for change in make_changes(systems)]
    console.print("\n3. The DAGs run again and read what was modified since.")
    second = Round(stack, ledger, systems, site, first.report)
    problems += second.run(flow_dags(stack), {})
    problems += second.compare_written(changes)
    console.print("\n4. Both systems are read, and compared with a reckoning that knows nothing of the mapping.")
    snapshot = Snapshot(systems, site)
    problems += Verdict(snapshot, ledger).print()
    console.print("\n5. The money check: what each quote comes to, before tax.")
    return problems + print_money_check(snapshot, ledger)


def _told(change: Change) -> Change:
    console.print(f"    {change.system:5} {change.text}")
    return change
