"""What follows a row's own values; the tests of the flows show it whole."""

from __future__ import annotations

from fixtures.products import Products, products

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
