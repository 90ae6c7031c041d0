from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.check.preflight import Status
from p2c.check.preflight.product_key import check_product_key, make_product_key


def test_a_missing_key_fails_with_the_command_that_makes_it(examine: Any) -> None:
    [line] = examine(check_product_key)
    assert line.status is Status.FAILED
    assert "p2c preflight --apply" in line.text


def test_the_key_is_made_on_request_and_then_passes(pair: Any, demo_sandbox: Sandbox) -> None:
    assert make_product_key(pair().sales).status is Status.PASSED
    [line] = check_product_key(pair())
    assert line.status is Status.PASSED
    posted = [seen["path"] for seen in demo_sandbox.requests_seen(system="sales", method="POST")]
    assert [path.rpartition("/")[2] for path in posted] == ["Keys"]


def test_products_that_share_a_number_are_told(pair: Any, demo_sandbox: Sandbox) -> None:
    rows = demo_sandbox.rows("sales", "products")[:1]
    twin = {k: v for k, v in rows[0].items() if k not in ("key", "version", "created", "modified")}
    demo_sandbox.put_rows("sales", "products", twin | {"productid": "00000000-0000-0000-0000-00000000beef"})
    line = make_product_key(pair().sales)
    assert line.status is Status.FAILED
    assert "Mend products that share a number" in line.text


def test_a_site_without_products_needs_no_key(examine: Any) -> None:
    off = {"enabled": False}
    assert examine(check_product_key, flows={"products": off}) == []
