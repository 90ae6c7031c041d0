"""The page of privileges."""

from __future__ import annotations

import re

import pytest

from p2c.flows import FLOWS
from p2c_airflow.documentation.privileges import privileges_page


def rights() -> dict[str, str]:
    """What the page asks for, by entity set."""
    return dict(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|", privileges_page(FLOWS.values()), re.MULTILINE))


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_a_flow_may_write_its_destination_and_read_its_source(flow) -> None:
    assert rights()[flow.destination.entity_set].startswith("read, create, update")
    assert rights()[flow.source.entity_set].startswith("read")


def test_only_lines_may_be_deleted() -> None:
    assert [name for name, given in rights().items() if "delete" in given] == ["CDSSalesQuotationLines"]


def test_reference_data_is_only_read() -> None:
    assert {rights()[name] for name in ("CustomerGroups", "Warehouses", "uoms", "transactioncurrencies")} == {"read"}


def test_what_every_flow_asks_for_is_there() -> None:
    assert rights()["businessunits"] == rights()["EntityDefinitions"] == rights()["LegalEntities"] == "read"
