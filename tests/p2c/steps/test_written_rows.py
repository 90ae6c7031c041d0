from __future__ import annotations

import pytest
from fixtures.steps import Steps

from p2c.flows import FLOWS
from p2c.steps.destination_rows import DestinationRows
from p2c.steps.reference_rows import references_of
from p2c.steps.sales_rows import SalesRows
from p2c.steps.written_rows import written_rows


@pytest.mark.parametrize(("name", "kind"), [("products", SalesRows), ("accounts", DestinationRows)])
def test_rows_are_those_of_the_system_that_the_flow_writes(steps: Steps, name: str, kind: type) -> None:
    flow, settings = FLOWS[name], steps.site.organization("usmf")
    system = steps.client(flow.destination.system, steps.context("now").statistics)
    rows = written_rows(flow, system, flow.destination.key_fields, references_of(flow, settings, system), "usmf")
    assert isinstance(rows, kind)
    assert rows.read([]) == rows.read(["no such"]) == {}
