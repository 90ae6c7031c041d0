from __future__ import annotations

from p2c_airflow.local.changes import Change, make_changes
from p2c_airflow.local.systems import Systems


def written(changes: list[Change]) -> dict[str, list[str]]:
    """Integration keys by flow."""
    found: dict[str, list[str]] = {}
    for change in changes:
        for flow, key in change.written:
            found.setdefault(flow, []).append(key)
    return found


def test_rows_of_every_flow_change(systems: Systems) -> None:
    changed = written(list(make_changes(systems)))
    assert {flow: len(keys) for flow, keys in changed.items()} == {
        "accounts": 2,
        "contacts": 2,
        "contacts_to_customers": 1,
        "quotes": 3,
        "products": 1,
        "price_list_items": 1,
    }


def test_the_changes_can_be_made_again_and_enter_other_rows(systems: Systems) -> None:
    first, second = written(list(make_changes(systems))), written(list(make_changes(systems)))
    assert first["accounts"][0] != second["accounts"][0]
    assert first["contacts_to_customers"] != second["contacts_to_customers"]
    assert set(first["quotes"]) & set(second["quotes"]) == {"QUO-01000-UZNVYQ"}


def test_the_contact_entered_before_turns_customer(systems: Systems) -> None:
    first, second = written(list(make_changes(systems))), written(list(make_changes(systems)))
    assert second["contacts_to_customers"] == first["contacts"][:1]


def test_prices_change_each_time(systems: Systems) -> None:
    told = [change.text for _ in range(2) for change in make_changes(systems) if change.system == "F&O"]
    assert told == [
        "price of D0003 in usmf: 199.99 becomes 200.99",
        "price of D0003 in usmf: 200.99 becomes 201.99",
    ]


def test_a_revised_quote_loses_a_line_and_gets_another(systems: Systems) -> None:
    list(make_changes(systems))
    query = "quotes?$filter=quotenumber eq 'QUO-01000-UZNVYQ' and statecode eq 1"
    [active] = systems.sales_rows(query)
    lines = systems.sales_rows(f"quotedetails?$filter=_quoteid_value eq {active['quoteid']}")
    assert {line["productnumber"] for line in lines} == {"D0002", "A0001"}
