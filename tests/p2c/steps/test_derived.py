from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from p2c.flows.contacts import SOURCE
from p2c.ledger import Window
from p2c.steps.derived import DerivedFields

ACTIVE, OTHER = str(uuid4()), str(uuid4())
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def derived(steps) -> DerivedFields:
    quote = {"quoteid": str(uuid4()), "name": "Quote", "statecode": 0, "_customerid_value": ACTIVE}
    steps.sandbox.put_rows("sales", "quotes", quote, modified=NOON.isoformat())
    return DerivedFields(SOURCE, steps.sales)


def test_a_row_that_others_point_to_is_told_from_one_that_none_does(steps):
    rows = derived(steps).added_to([{"contactid": ACTIVE, "lastname": "a"}, {"contactid": OTHER, "lastname": "b"}])
    assert [row["msdynce_isactivecustomer"] for row in rows] == ["true", "false"]
    assert rows[0]["lastname"] == "a"


def test_rows_that_were_pointed_to_in_the_window_are_named(steps):
    fields = derived(steps)
    assert ACTIVE in fields.touched(Window(NOON, NOON.replace(hour=13), "interval"))
    assert ACTIVE not in fields.touched(Window(NOON.replace(hour=13), NOON.replace(hour=14), "interval"))


def test_a_window_without_beginning_reads_all_rows_anyway(steps):
    assert derived(steps).touched(Window(None, NOON, "initial")) == []
