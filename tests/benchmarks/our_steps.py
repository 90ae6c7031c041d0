"""What is measured of ours: steps of the accounts flow, and writes through our clients."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pyarrow.pandas_compat  # noqa: F401 # workers import it before they take a task, see p2c_airflow.preload
from benchmarks.case import Case
from benchmarks.installation import Installation
from benchmarks.measured import measured
from benchmarks.reference_rows import COMPANY, key_of

from p2c.flow import System
from p2c.mapping.prepare import destination_contracts
from p2c.planning import Planner
from p2c.systems.odata.operations import Operation
from p2c.systems.odata.query import Query
from p2c_metadata import load


def steps(case: Case, folder: Path) -> dict[str, Any]:
    """Run the steps named, each measured by itself; those before them must lie in the folder."""
    installation = installed(case, folder)
    figures: dict[str, Any] = {}
    reference: Any = None
    with measured(figures):
        for name in case.steps:
            with measured(figures, f"{name}_"):
                reference = installation.step(name, case.run_id, reference)
    figures["rows"] = reference["rows"]
    figures["counts"] = reference["counts"]
    figures["memory"] = max(figures[f"{name}_memory"] for name in case.steps)
    return figures


def both_ends_read(case: Case, folder: Path) -> dict[str, Any]:
    """Read the source and, by key, the destination, through our clients, and do nothing with either."""
    installation, figures = installed(case, folder), dict[str, Any]()
    flow, key = installation.context("read").applied_flow, installation.context("read").key
    fields = Planner(flow, destination_contracts(flow), key, adopt=True, settle_runs=1).fields_to_read()
    query = Query(entity_set="accounts", fields=tuple(flow.source_fields()))
    read, system = 0, installation.finance_operations
    with measured(figures):
        for page in installation.sales.pages(query):
            keys = [str(row["accountnumber"]) for row in page.rows]
            read += len(system.rows_by_key("CustomersV3", "CustomerAccount", keys, fields, COMPANY))
    return {**figures, "rows": read}


def writes(case: Case, folder: Path) -> dict[str, Any]:
    """Write rows through the client of one system."""
    installation, figures = installed(case, folder), dict[str, Any]()
    system: Any = installation.sales if case.system == "sales" else installation.finance_operations
    outcomes: dict[str, int] = {}
    given = list(operations(case))  # as a load has planned them before it writes
    with measured(figures):
        for result in system.write(given, lanes=case.lanes):
            outcomes[result.outcome] = outcomes.get(result.outcome, 0) + 1
    if not outcomes.keys() <= {"done", "refused"}:
        raise RuntimeError(f"The server settles every row, and these came of them: {outcomes}")
    return {**figures, "rows": case.rows, "counts": outcomes}


def operations(case: Case) -> Iterator[Operation]:
    """An upsert of Sales or a create of F&O for each row, 20 fields wide."""
    sales = case.system == "sales"
    for number in range(case.rows):
        key = key_of(number)
        values = {f"field{column}": f"Value {number} of column {column}" for column in range(20)}
        yield Operation(
            kind="upsert" if sales else "create",
            entity_set="products" if sales else "CustomersV3",
            company="" if sales else COMPANY,
            key={"productnumber" if sales else "CustomerAccount": key},
            values=values,
            reference=number,
        )


def installed(case: Case, folder: Path) -> Installation:
    """The installation in ``folder``, begun from a copy of what an earlier case prepared."""
    for system in get_args(System):
        load(system)  # as above
    if case.begun_from:
        shutil.copytree(case.begun_from, folder, dirs_exist_ok=True)
    return Installation(folder, case.origin)
