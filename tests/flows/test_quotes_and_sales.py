"""What quotes expect of Sales: its discount method, its prices, and Microsoft's solution or something in its place."""

from __future__ import annotations

import pytest
from fixtures.both_hops import DEMO
from fixtures.demo_quotes import DemoQuotes

from p2c.errors import ConfigurationError
from p2c.ledger import Outcome


def organization_of_sales(demo_quotes: DemoQuotes, **changes: object) -> None:
    (row,) = demo_quotes.steps.sandbox.rows("sales", "organizations")
    demo_quotes.steps.rewrite("sales", "organizations", row, **changes)


def test_another_discount_method_than_the_sites_stops_the_flow_naming_both(demo_quotes: DemoQuotes) -> None:
    organization_of_sales(demo_quotes, discountcalculationmethod=1)
    with pytest.raises(
        ConfigurationError, match=r"discountcalculationmethod .* is 1 \(Per unit\), but has to be 0 \(Line item\)"
    ):
        demo_quotes.run("first")
    assert demo_quotes.writes() == []


def test_a_discount_per_unit_counts_for_each_unit_where_sales_and_site_say_so(demo_quotes: DemoQuotes) -> None:
    organization_of_sales(demo_quotes, discountcalculationmethod=1)
    demo_quotes.settings(choices={"discount_method": "per_unit"})
    demo_quotes.run("first")
    (line,) = demo_quotes.lines("QUO-01001").values()
    assert line["TotalDiscountAmount"] == 30


def test_quotes_are_refused_where_sales_does_not_calculate_their_amounts(demo_quotes: DemoQuotes) -> None:
    organization_of_sales(demo_quotes, oobpricecalculationenabled=False)
    with pytest.raises(ConfigurationError, match="oobpricecalculationenabled"):
        demo_quotes.run("first")


def test_write_ins_and_products_entered_in_sales_keep_a_quote_out(sent_quotes: DemoQuotes) -> None:
    for number in ("QUO-01005", "QUO-01006", "QUO-01007"):
        assert sent_quotes.outcome("first", number).outcome is Outcome.SKIPPED
        assert not sent_quotes.is_in_finance(number)


def test_without_the_solution_the_lines_decide(demo_quotes: DemoQuotes) -> None:
    fields = {"msdynce_contactnumber": "employeeid", "msdynce_ismaintainedexternally": "isstockitem"}
    site = DEMO.model_copy(update={"sales_solution": "none", "solution_fields": fields})
    demo_quotes.settings(site=site)
    each = demo_quotes.lines_of_sales("QUO-01000")[0]["_uomid_value"]
    demo_quotes.rewrite_line("QUO-01006", 0, _uomid_value=each)
    demo_quotes.run("first")
    write_in = demo_quotes.outcome("first", "QUO-01005")
    assert (write_in.outcome, write_in.reasons[0].field) == (Outcome.SKIPPED, "isproductoverridden")
    assert demo_quotes.outcome("first", "QUO-01006").outcome is Outcome.PARKED
    assert demo_quotes.outcome("first", "QUO-01000").outcome is Outcome.CREATED
    assert not demo_quotes.is_in_finance("QUO-01005")


def test_lines_before_tax_come_to_the_same_amount_in_both_systems(sent_quotes: DemoQuotes) -> None:
    checked = [row for row in sent_quotes.steps.ledger.outcomes(sent_quotes.steps.key("first")) if row.amounts]
    assert len(checked) == sent_quotes.steps.ledger.counts(sent_quotes.steps.key("first"))[Outcome.CREATED]
    assert {ours - theirs for ours, theirs in (row.amounts for row in checked if row.amounts)} == {0}


def test_a_difference_of_amounts_is_shown_on_the_quote_and_in_the_log_though_nothing_changed(
    demo_quotes: DemoQuotes,
) -> None:
    demo_quotes.run("first")
    (line,) = demo_quotes.lines("QUO-01001").values()
    demo_quotes.steps.rewrite("finance_operations", "CDSSalesQuotationLines", line, LineAmount=580)
    demo_quotes.run("second", full=True)
    outcome = demo_quotes.outcome("second", "QUO-01001")
    assert outcome.outcome is Outcome.UNCHANGED
    assert [reason.code for reason in outcome.reasons] == ["money_check"]
    assert any("QUO-01001-8TBA91" in text and "589.97" in text and "580.00" in text for text in demo_quotes.steps.lines)
