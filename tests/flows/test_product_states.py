"""The state of products: drafts, activation, and what becomes of those that are no longer sold."""

from __future__ import annotations

import pytest
from fixtures.products import SELLABLE, Products

from p2c.ledger import Outcome

ACTIVE, RETIRED, DRAFT, REVISED = range(4)
GENEROUS = {"products": {"absent_share": 0.5}}


def state(products: Products, number: str) -> int:
    return int(products.product(number)["statecode"])


def remove(products: Products, number: str) -> None:
    products.steps.sandbox.delete_rows("finance_operations", SELLABLE, ["usmf", number])


def test_a_site_may_have_products_created_as_drafts(products: Products) -> None:
    products.site(state="2")
    products.run("first")
    assert state(products, "L0001") == DRAFT
    assert products.run("second")["unchanged"]
    assert (state(products, "L0001"), state(products, "D0001")) == (DRAFT, ACTIVE)


def test_a_draft_and_a_retired_product_that_are_sold_become_active(products: Products) -> None:
    assert (state(products, "D0008"), state(products, "D0024")) == (RETIRED, DRAFT)
    products.run("first")
    assert (state(products, "D0008"), state(products, "D0024")) == (ACTIVE, ACTIVE)


def test_a_revision_under_way_is_left_to_the_user(products: Products) -> None:
    products.run("first")
    products.steps.rewrite("sales", "products", products.product("L0001"), statecode=REVISED, statuscode=3)
    assert products.run("second")["unchanged"] == 24
    assert state(products, "L0001") == REVISED


def test_an_activation_that_is_still_due_is_made_good_by_the_next_run(products: Products) -> None:
    products.site(state="2")
    products.run("first", keys=("L0001",))
    products.site()
    products.run("second", keys=("L0001",))
    assert products.outcome("second", "L0001").changed_fields == ("statecode", "statuscode")
    assert state(products, "L0001") == ACTIVE


def test_a_product_that_two_reads_lack_is_retired(products: Products) -> None:
    products.run("first")
    remove(products, "L0001")
    products.run("second")
    outcome = products.outcome("second", "L0001")
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.LEFT, "absent")
    assert state(products, "L0001") == ACTIVE
    products.run("third")
    assert products.outcome("third", "L0001").reasons[0].code == "deleted_in_source"
    assert (state(products, "L0001"), products.product("L0001")["statuscode"]) == (RETIRED, 2)
    assert "left" not in products.run("fourth")


def test_the_same_run_again_does_not_count_as_a_second_read(products: Products) -> None:
    products.run("first")
    remove(products, "L0001")
    products.run("second")
    products.run("second")
    assert products.outcome("second", "L0001").reasons[0].code == "absent"
    assert state(products, "L0001") == ACTIVE


def test_a_product_that_comes_back_is_active_again(products: Products) -> None:
    products.run("first")
    kept = products.of_fo(SELLABLE, "L0001")
    remove(products, "L0001")
    for run in ("second", "third"):
        products.run(run)
    products.steps.rewrite("finance_operations", SELLABLE, kept)
    products.run("fourth")
    assert products.outcome("fourth", "L0001").outcome is Outcome.UPDATED
    assert state(products, "L0001") == ACTIVE


@pytest.mark.parametrize("setting", ["0", "2"])
def test_it_comes_back_active_whatever_new_products_are(products: Products, setting: str) -> None:
    products.site(state=setting)
    products.run("first")
    products.change(SELLABLE, "M9200", IsSalesStopped="Yes")
    products.run("second")
    assert state(products, "M9200") == RETIRED
    products.change(SELLABLE, "M9200", IsSalesStopped="No")
    products.run("third")
    assert state(products, "M9200") == ACTIVE


def test_a_product_stopped_for_sales_is_retired_at_once(products: Products) -> None:
    products.run("first")
    products.change(SELLABLE, "L0001", IsSalesStopped="Yes")
    products.run("second")
    assert products.outcome("second", "L0001").outcome is Outcome.LEFT
    assert state(products, "L0001") == RETIRED


def test_nothing_is_retired_where_too_many_are_absent(products: Products) -> None:
    products.run("first")
    for number in ("L0001", "M0003", "D0023"):
        remove(products, number)
    for run in ("second", "third"):
        products.run(run)
        assert products.reason(run, "L0001").code == "too_many_absent"
    assert state(products, "L0001") == ACTIVE
    products.site(flows=GENEROUS)
    products.run("fourth")
    assert {state(products, number) for number in ("L0001", "M0003", "D0023")} == {RETIRED}


def test_a_product_that_another_company_still_sells_is_left_to_it(products: Products) -> None:
    products.run("first")
    remove(products, "D0001")
    products.run("second")
    reason = products.reason("second", "D0001")
    assert (reason.code, reason.value) == ("owned_elsewhere", "demf")
    products.run("second", organization="demf")
    assert products.outcome("second", "D0001", organization="demf").outcome is Outcome.UPDATED
    assert (state(products, "D0001"), products.product("D0001")["price"]) == (ACTIVE, "279.00")


def test_a_product_stopped_here_and_sold_elsewhere_is_not_retired(products: Products) -> None:
    products.run("first")
    products.change(SELLABLE, "M0001", IsSalesStopped="Yes")
    products.run("second")
    outcome = products.outcome("second", "M0001")
    assert (outcome.outcome, outcome.reasons[0].value) == (Outcome.LEFT, "demf")
    assert state(products, "M0001") == ACTIVE


def test_a_draft_that_is_sold_no_more_stays_a_draft_for_sales_retires_none(products: Products) -> None:
    products.site(state="2")
    products.run("first")
    products.change(SELLABLE, "L0001", IsSalesStopped="Yes")
    products.run("second")
    assert products.outcome("second", "L0001").outcome is Outcome.LEFT
    assert state(products, "L0001") == DRAFT


def test_a_site_may_leave_them_as_they_are(products: Products) -> None:
    products.site(left="report")
    products.run("first")
    products.change(SELLABLE, "L0001", IsSalesStopped="Yes")
    products.run("second")
    assert products.outcome("second", "L0001").outcome is Outcome.LEFT
    assert state(products, "L0001") == ACTIVE
