from __future__ import annotations

from p2c.systems.dataverse_operations import lookup, state_change


def test_a_lookup_is_bound_by_id() -> None:
    assert lookup("customerid_account", "accounts", "1234") == {"customerid_account@odata.bind": "/accounts(1234)"}


def test_a_lookup_without_row_is_cleared() -> None:
    assert lookup("uomid", "uoms", None) == {"uomid@odata.bind": None}


def test_a_state_change_sets_nothing_else() -> None:
    operation = state_change("products", {"productid": "1234"}, state=0, status=1, reference=7, etag='W/"5"')
    assert (operation.kind, operation.reference, operation.etag) == ("update", 7, 'W/"5"')
    assert operation.values == {"statecode": 0, "statuscode": 1}
