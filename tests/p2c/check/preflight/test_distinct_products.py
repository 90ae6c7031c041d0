from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.check.preflight import Status
from p2c.check.preflight.distinct_products import check_distinct_products


def test_a_table_that_nobody_filled_fails_with_the_remedy(examine: Any, demo_sandbox: Sandbox) -> None:
    rows = demo_sandbox.rows("finance_operations", "CDSReleasedDistinctProducts")
    keys = [[row["dataAreaId"], row["ProductNumber"]] for row in rows if row["dataAreaId"] == "usmf"]
    demo_sandbox.delete_rows("finance_operations", "CDSReleasedDistinctProducts", *keys)
    usmf, demf = examine(check_distinct_products)
    assert (usmf.status, demf.status) == (Status.FAILED, Status.PASSED)
    assert "run 'Populate distinct product table' in F&O" in usmf.text
