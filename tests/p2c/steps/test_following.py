"""What follows a row's own values; the tests of the flows show it whole."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.products import SELLABLE, Products, products

from p2c.errors import TransientError
from p2c.ledger import Outcome

__all__ = ["products"]


def test_a_row_is_created_before_its_state_is_set(products: Products) -> None:
    products.run("first", keys=("L0001",))
    effects = [effect for effect in products.writes() if effect["entity_set"] == "products"]
    assert [effect["kind"] for effect in effects] == ["created", "updated"]
    assert products.outcome("first", "L0001").changed_fields[-2:] == ("statecode", "statuscode")
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED


def test_a_row_whose_state_could_not_be_set_is_ours_and_is_set_right_by_the_next_run(products: Products) -> None:
    of_a_state = {"system": "sales", "method": "PATCH", "entity_set": "products", "operation": "any", "nth": 1}
    refusal = {"status": 400, "body": {"error": {"code": "0x80040265", "message": "Not now."}}}
    products.steps.sandbox.plan_faults({"match": of_a_state, "action": refusal})
    products.run("first", keys=("L0001",))
    failed = products.outcome("first", "L0001")
    assert (failed.outcome, failed.reasons[0].code) == (Outcome.FAILED, "left_behind")
    assert "Not now." in failed.reasons[0].text
    assert (failed.ours, failed.destination_key) == (True, "L0001")
    assert products.product("L0001")["statecode"] == 2
    products.run("second", keys=("L0001",))
    assert products.outcome("second", "L0001").changed_fields == ("statecode", "statuscode")
    assert products.product("L0001")["statecode"] == 0


def test_a_state_is_set_though_the_answer_to_the_create_was_lost(products: Products) -> None:
    batch = {"system": "sales", "method": "POST", "path": "batch", "nth": 1}
    products.steps.sandbox.plan_faults({"match": batch, "action": {"when": "after", "reset": True}})
    products.run("first", keys=("L0001",))
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    assert products.product("L0001")["statecode"] == 0


@pytest.mark.parametrize("answer", [{"reset": True}, {"status": 408}], ids=["reset", "408"])
def test_a_state_whose_answer_was_lost_is_read_back(products: Products, answer: dict[str, Any]) -> None:
    batch = {"system": "sales", "method": "POST", "path": "batch", "nth": 2}
    products.steps.sandbox.plan_faults({"match": batch, "action": {"when": "after"} | answer})
    products.run("first", keys=("L0001",))
    assert products.outcome("first", "L0001").outcome is Outcome.CREATED
    assert products.product("L0001")["statecode"] == 0


def test_a_state_that_is_not_there_when_read_back_is_tried_again_by_the_step(products: Products) -> None:
    batch = {"system": "sales", "method": "POST", "path": "batch", "nth": 2}
    products.steps.sandbox.plan_faults({"match": batch, "action": {"reset": True}})
    products.steps.flow = "products"
    validated = products.steps.judged("first", keys=("L0001",))
    with pytest.raises(TransientError, match="got no answer"):
        products.steps.load("first", validated)
    products.steps.load("first", validated)
    assert products.outcome("first", "L0001").outcome is Outcome.UPDATED
    assert products.product("L0001")["statecode"] == 0


def test_states_follow_their_own_rows_though_an_earlier_batch_is_still_under_way(products: Products) -> None:
    products.site(runs={"batch_size": 2})
    known = {row["productnumber"] for row in products.rows("products")}
    new = sorted({row["ProductNumber"] for row in products.steps.sandbox.rows("finance_operations", SELLABLE)} - known)
    # of the creates, one goes alone: the first batch comes after it
    early = {"system": "sales", "path": "CreateMultiple", "nth": 1}
    products.steps.sandbox.plan_faults({"match": early, "action": {"delay_seconds": 0.5}})
    products.run("first", keys=tuple(new))
    created = [effect["key"] for effect in products.writes() if effect["kind"] == "created"]
    states = [row["statecode"] for row in products.rows("products") if row["productid"] in created]
    assert len(states) > 4
    assert set(states) == {0}
