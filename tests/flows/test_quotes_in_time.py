"""What becomes of quotes as they change: lines come and go, quotes are revised, won, and wait for their customer."""

from __future__ import annotations

from fixtures.contacts import only
from fixtures.demo_quotes import DemoQuotes

from p2c.ledger import Outcome


def test_a_line_that_sales_no_longer_has_is_deleted(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    demo_quotes.remove_line("QUO-01000", 1)
    demo_quotes.run("second")
    updated = demo_quotes.outcome("second", "QUO-01000")
    assert (updated.outcome, updated.deleted) == (Outcome.UPDATED, 1)
    assert list(demo_quotes.lines("QUO-01000")) == [1]


def test_a_line_of_another_product_is_deleted_and_created(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    product = next(
        row for row in demo_quotes.steps.sandbox.rows("sales", "products") if row["productnumber"] == "D0004"
    )
    demo_quotes.rewrite_line("QUO-01000", 1, _productid_value=product["productid"], productnumber="D0004")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01000").outcome is Outcome.UPDATED
    assert {line["ProductNumber"] for line in demo_quotes.lines("QUO-01000").values()} == {"D0001", "D0004"}


def test_lines_without_numbers_of_their_own_keep_those_they_were_given(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    before = {line["ProductNumber"]: number for number, line in demo_quotes.lines("QUO-01014").items()}
    assert sorted(before.values()) == [2, 3, 4, 5]
    demo_quotes.remove_line("QUO-01014", 1)
    demo_quotes.run("second")
    after = {line["ProductNumber"]: number for number, line in demo_quotes.lines("QUO-01014").items()}
    assert after == {product: number for product, number in before.items() if product != "D0002"}


def test_lines_without_numbers_are_rejected_where_a_site_says_so_naming_each(demo_quotes: DemoQuotes) -> None:
    demo_quotes.settings(lines={"line_numbers": "reject"})
    demo_quotes.run("first")
    rejected = demo_quotes.outcome("first", "QUO-01014")
    assert rejected.outcome is Outcome.REJECTED
    assert {reason.line for reason in rejected.reasons} >= {"1"}
    assert not demo_quotes.is_in_finance("QUO-01014")


def test_the_highest_revision_in_scope_wins(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    assert demo_quotes.outcome("first", "QUO-01016", revision=2).outcome is Outcome.CREATED
    assert demo_quotes.outcome("first", "QUO-01016", revision=0).outcome is Outcome.SKIPPED
    assert [line["ProductNumber"] for line in demo_quotes.lines("QUO-01016").values()] == ["D0001"]


def test_a_revision_takes_over_what_the_one_before_it_sent(demo_quotes: DemoQuotes) -> None:
    demo_quotes.rewrite("QUO-01015", 0, statecode=1, statuscode=2)
    demo_quotes.run("first")
    assert demo_quotes.outcome("first", "QUO-01015").outcome is Outcome.CREATED
    demo_quotes.rewrite("QUO-01015", 0, statecode=3, statuscode=7)
    demo_quotes.rewrite("QUO-01015", 1, statecode=1, statuscode=2, name="Ski lodge sound, revised")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01015", revision=1).outcome is Outcome.UPDATED
    assert demo_quotes.header("QUO-01015")["SalesQuotationName"] == "Ski lodge sound, revised"
    assert len(demo_quotes.lines("QUO-01015")) == 2


def test_a_revision_is_not_undone_by_a_run_that_read_the_one_before_it(demo_quotes: DemoQuotes) -> None:
    demo_quotes.rewrite("QUO-01015", 0, statecode=1, statuscode=2)
    demo_quotes.steps.flow = "quotes"
    older = demo_quotes.steps.judged("older")
    demo_quotes.rewrite("QUO-01015", 0, statecode=3, statuscode=7)
    since = demo_quotes.steps.sales.server_time()
    demo_quotes.rewrite("QUO-01015", 1, statecode=1, statuscode=2, name="Ski lodge sound, revised")
    demo_quotes.run("newer", start=since)
    demo_quotes.steps.load("older", older)
    outcome = demo_quotes.outcome("older", "QUO-01015", revision=0)
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.SKIPPED, "superseded")
    assert demo_quotes.header("QUO-01015")["SalesQuotationName"] == "Ski lodge sound, revised"


def test_a_quote_won_before_it_was_sent_is_sent_once(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    assert demo_quotes.outcome("first", "QUO-01018").outcome is Outcome.CREATED
    demo_quotes.run("second", full=True)
    assert demo_quotes.outcome("second", "QUO-01018").outcome is Outcome.UNCHANGED


def test_a_quote_won_after_it_was_sent_has_left(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    demo_quotes.rewrite("QUO-01000", statecode=2, statuscode=4, name="Won")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01000").outcome is Outcome.LEFT
    assert demo_quotes.header("QUO-01000")["SalesQuotationName"] != "Won"


def test_a_quote_that_waits_for_its_customer_lands_after_it(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    parked = demo_quotes.outcome("first", "QUO-01025")
    assert (parked.outcome, only(parked).field) == (Outcome.PARKED, "customerid_account.accountid")
    account = demo_quotes.of_sales("QUO-01025")["_customerid_value"]
    demo_quotes.steps.sandbox.sales.patch(
        f"accounts({account})", json={"accountnumber": "ACC-09000"}
    ).raise_for_status()
    demo_quotes.steps.let_pass(60)
    demo_quotes.steps.flow = "accounts"
    demo_quotes.steps.run("accounts 2")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01025").outcome is Outcome.CREATED
    assert demo_quotes.header("QUO-01025")["RequestingCustomerAccountNumber"] == "ACC-09000"


def test_a_product_that_cannot_be_sold_in_the_company_parks_the_whole_quote_naming_the_line(
    demo_quotes: DemoQuotes,
) -> None:
    rows = demo_quotes.steps.sandbox.rows("finance_operations", "SellableReleasedProducts")
    assert any(row["ProductNumber"] == "D0002" for row in rows)
    demo_quotes.steps.sandbox.delete_rows("finance_operations", "SellableReleasedProducts", ["usmf", "D0002"])
    demo_quotes.run("first")
    parked = demo_quotes.outcome("first", "QUO-01000")
    assert (parked.outcome, only(parked).line) == (Outcome.PARKED, "2")
    assert not demo_quotes.is_in_finance("QUO-01000")


def test_a_confirmed_quotation_is_not_touched(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    demo_quotes.steps.rewrite(
        "finance_operations",
        "CDSSalesQuotationHeaders",
        demo_quotes.header("QUO-01000"),
        SalesQuotationStatus="Confirmed",
    )
    demo_quotes.rewrite("QUO-01000", name="Too late")
    demo_quotes.run("second")
    assert demo_quotes.outcome("second", "QUO-01000").outcome is Outcome.REJECTED
    assert demo_quotes.header("QUO-01000")["SalesQuotationName"] != "Too late"
