from __future__ import annotations

from pathlib import Path

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.quote_totals import QUOTE_FLAG, calculated, mirror, recalculate
from p2c_sandbox.store import Store

LINE = {"quotedetailid": "l1", "_quoteid_value": "q1", "extendedamount": 5, "quotestatecode": 0}


def test_a_quote_without_lines_amounts_to_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        columns = calculated(Context(transaction), {}, ())
    assert (columns["totalamount"], columns[QUOTE_FLAG]) == (0, False)


def test_a_line_that_is_about_to_go_does_not_count(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        transaction.insert("sales", "quotes", "q1", {"statecode": 0})
        transaction.insert("sales", "quotedetails", "l1", LINE)
        recalculate(Context(transaction), "q1", without="l1")
        quote = transaction.get("sales", "quotes", "q1")
    assert quote is not None
    assert quote.values["totalamount"] == 0


def test_a_line_repeats_its_quotes_state_unmodified(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        line = transaction.insert("sales", "quotedetails", "l1", LINE)
        mirror(Context(transaction), {"statecode": 1, QUOTE_FLAG: False}, [line])
        after = transaction.get("sales", "quotedetails", "l1")
    assert after is not None
    assert (after.values["quotestatecode"], after.modified) == (1, line.modified)


def test_without_system_pricing_a_quote_keeps_its_totals(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction() as transaction:
        transaction.insert("sales", "organizations", "o1", {"oobpricecalculationenabled": False})
        transaction.insert("sales", "quotes", "q1", {"statecode": 0, "totalamount": 7})
        transaction.insert("sales", "quotedetails", "l1", LINE)
        recalculate(Context(transaction), "q1")
        quote = transaction.get("sales", "quotes", "q1")
    assert quote is not None
    assert quote.values["totalamount"] == 7
