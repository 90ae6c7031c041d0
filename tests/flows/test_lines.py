"""Headers with lines, from Sales to F&O: what becomes of a quote as a whole, judged by the state of both systems."""

from __future__ import annotations

import pytest
from fixtures.quotes import LINES, Quotes

from p2c.errors import FlowStoppedError, TransientError
from p2c.ledger import Outcome

BATCH = {"system": "finance_operations", "method": "POST", "path": r"/\$batch$"}


def products(quotes: Quotes, number: str = "QUO-1") -> dict[int, str]:
    return {sequence: row["ProductNumber"] for sequence, row in quotes.stored_lines(number).items()}


def written(quotes: Quotes) -> list[tuple[str, str]]:
    """The effects on quotations since the journal was last asked."""
    effects = quotes.steps.sandbox.effects(system="finance_operations")
    return [(effect["entity_set"], effect["kind"]) for effect in effects if "Quotation" in effect["entity_set"]]


def test_a_quote_lands_with_all_its_lines(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002", quantity=3))
    assert quotes.run("first") == {"created": 1}
    assert products(quotes) == {1: "D0001", 2: "D0002"}
    assert quotes.outcome("first", quote).changed_fields[-2:] == ("line 1 created", "line 2 created")


def test_a_quote_without_lines_lands_as_its_header(quotes: Quotes) -> None:
    quotes.add("QUO-1")
    assert quotes.run("first") == {"created": 1}
    assert products(quotes) == {}


def test_an_unchanged_quote_is_not_written(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    before = written(quotes)
    assert quotes.run("second", full=True) == {"unchanged": 1}
    assert written(quotes) == before


def test_a_changed_line_updates_its_field_alone(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    quotes.change_line(quotes.lines_of(quote)[1], quantity=5)
    quotes.touch(quote)
    assert quotes.run("second") == {"updated": 1}
    assert quotes.outcome("second", quote).changed_fields == ("line 2: RequestedSalesQuantity",)
    assert [row["RequestedSalesQuantity"] for row in quotes.stored_lines("QUO-1").values()] == [1, 5]


def test_a_line_removed_in_sales_is_deleted_and_counted_apart(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002"))
    quotes.run("first")
    quotes.delete_line(quotes.lines_of(quote)[0])
    quotes.touch(quote)
    assert quotes.run("second") == {"updated": 1}
    assert products(quotes) == {2: "D0002"}
    outcome = quotes.outcome("second", quote)
    assert (outcome.deleted, outcome.changed_fields) == (1, ("line 1 deleted",))
    assert quotes.steps.ledger.deleted(quotes.steps.key("second")) == 1
    assert quotes.steps.ledger.runs(run_id="second")[0].statistics["deleted"] == 1


def test_a_line_whose_product_changed_is_deleted_and_created_anew(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.change_line(quotes.lines_of(quote)[0], _productid_value=quotes.products["D0003"]["productid"])
    quotes.touch(quote)
    assert quotes.run("second") == {"updated": 1}
    assert products(quotes) == {1: "D0003"}
    assert quotes.outcome("second", quote).changed_fields == ("line 1 deleted", "line 1 created")


def test_a_refused_line_keeps_its_whole_quote_out_and_is_named(quotes: Quotes) -> None:
    quotes.stop_selling("D0002")
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002"))
    quotes.add("QUO-2", quotes.line(1))
    assert quotes.run("first") == {"created": 1, "failed": 1}
    assert quotes.headers().keys() & {"QUO-1", "QUO-2"} == {"QUO-2"}
    (reason,) = quotes.outcome("first", quote).reasons
    assert (reason.code, reason.line) == ("refused", "2")


def test_a_header_and_its_lines_are_updated_together(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    for line in quotes.lines_of(quote):
        quotes.change_line(line, priceperunit=12, extendedamount=12)
    quotes.touch(quote, name="Renamed")
    assert quotes.run("second") == {"updated": 1}
    assert quotes.headers()["QUO-1"]["SalesQuotationName"] == "Renamed"
    assert {row["SalesPrice"] for row in quotes.stored_lines("QUO-1").values()} == {12}


def test_a_lost_answer_is_settled_by_reading_the_whole_quote_back(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.steps.sandbox.plan_faults({"match": BATCH | {"nth": 1}, "action": {"when": "after", "reset": True}})
    assert quotes.run("first") == {"created": 1}
    assert len(products(quotes)) == 2
    assert quotes.outcome("first", quote).outcome is Outcome.CREATED


def test_a_request_lost_before_it_arrived_is_tried_again_and_lands_once(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1))
    judged = quotes.steps.judged("first")
    quotes.steps.sandbox.plan_faults({"match": BATCH | {"nth": 1}, "action": {"when": "before", "reset": True}})
    with pytest.raises(TransientError):
        quotes.steps.load("first", judged)
    assert quotes.steps.load("first", judged)["counts"] == {"created": 1}
    assert products(quotes) == {1: "D0001"}


def test_a_number_sequence_that_replaces_our_key_stops_the_flow_at_once(quotes: Quotes) -> None:
    sequences = quotes.steps.sandbox.rows("finance_operations", "SequenceV2Tables")
    quotes.steps.rewrite("finance_operations", "SequenceV2Tables", *sequences, Manual="No")
    for number in range(3):
        quotes.add(f"QUO-{number}", quotes.line(1))
    before = set(quotes.headers())
    with pytest.raises(FlowStoppedError, match="the number sequence replaces our key"):
        quotes.run("first")
    assert set(quotes.headers()) == before


def test_the_sums_of_both_systems_are_kept_with_each_quote_that_landed(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1, quantity=2, price=10), quotes.line(2, price=5.5))
    quotes.run("first")
    assert quotes.outcome("first", quote).amounts == (25.5, 25.5)
    quotes.change_line(quotes.lines_of(quote)[0], extendedamount=30)
    quotes.touch(quote)
    quotes.run("second")
    outcome = quotes.outcome("second", quote)
    assert (outcome.outcome, outcome.amounts) == (Outcome.UNCHANGED, (35.5, 25.5))
    assert [reason.code for reason in outcome.reasons] == ["money_check"]


def test_a_confirmed_quotation_is_not_changed(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.set_status("QUO-1", "Confirmed")
    quotes.change_line(quotes.lines_of(quote)[0], quantity=5)
    quotes.touch(quote)
    assert quotes.run("second") == {"rejected": 1}
    (reason,) = quotes.outcome("second", quote).reasons
    assert (reason.code, reason.value) == ("locked", "Confirmed")


def test_a_confirmed_quotation_that_is_as_it_should_be_is_unchanged(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.set_status("QUO-1", "Confirmed")
    assert quotes.run("second", full=True) == {"unchanged": 1}


def test_a_newer_revision_takes_the_quotation_over_with_its_lines(quotes: Quotes) -> None:
    older = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    quotes.touch(older, statecode=3)
    newer = quotes.add("QUO-1", quotes.line(1, "D0002"), revision=1)
    assert quotes.run("second") == {"left": 1, "updated": 1}
    assert products(quotes) == {1: "D0002"}
    states = quotes.steps.ledger.states("quotes", "usmf", [older, newer])
    assert (states[older].ours, states[newer].ours) == (False, True)
    assert quotes.run("third", full=True) == {"unchanged": 1, "skipped": 1}


def test_an_older_revision_read_later_never_overwrites_the_newer(quotes: Quotes) -> None:
    newer = quotes.add("QUO-1", quotes.line(1, "D0002"), revision=1)
    quotes.run("first")
    older = quotes.add("QUO-1", quotes.line(1))
    assert quotes.run("second") == {"skipped": 1, "unchanged": 1}
    assert quotes.outcome("second", older).reasons[0].code == "superseded"
    assert quotes.outcome("second", newer).outcome is Outcome.UNCHANGED
    assert products(quotes) == {1: "D0002"}


def test_a_parked_quote_lands_by_itself_once_its_product_is_sold(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1, "JJ202"))
    assert quotes.run("first") == {"parked": 1}
    sold = next(
        row
        for row in quotes.steps.sandbox.rows("finance_operations", "SellableReleasedProducts")
        if row["ProductNumber"] == "D0001" and row["dataAreaId"] == "usmf"
    )
    quotes.steps.rewrite("finance_operations", "SellableReleasedProducts", sold, ProductNumber="JJ202")
    assert quotes.run("second", keys=("QUO-1",)) == {"created": 1}
    assert quotes.outcome("second", quote).outcome is Outcome.CREATED


def test_lines_that_a_quote_has_no_longer_leave_the_cds(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    first, second = (line["quotedetailid"] for line in quotes.lines_of(quote))
    quotes.delete_line(quotes.lines_of(quote)[0])
    quotes.touch(quote)
    quotes.run("second")
    assert quotes.canonical_lines([first, second]).keys() == {second}


def test_a_dry_run_tells_what_differs_line_by_line_and_writes_nothing(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2))
    quotes.run("first")
    quotes.change_line(quotes.lines_of(quote)[0], quantity=5)
    quotes.delete_line(quotes.lines_of(quote)[1])
    before = written(quotes)
    assert quotes.run("second", full=True, dry_run=True) == {"updated": 1}
    found = quotes.steps.ledger.differences(quotes.steps.key("second"), "RequestedSalesQuantity", 10)
    assert [(difference.line, difference.wanted, difference.found) for difference in found] == [("1", "5.000000", "1")]
    assert written(quotes) == before


def test_large_quotes_are_sent_whole_whatever_the_size_of_a_batch(quotes: Quotes) -> None:
    quotes.site(runs={"batch_size": 3})
    quotes.add("QUO-1", *(quotes.line(number) for number in range(1, 8)))
    quotes.add("QUO-2", quotes.line(1), quotes.line(2))
    quotes.add("QUO-3", quotes.line(1))
    assert quotes.run("first") == {"created": 3}
    assert len(products(quotes)) == 7
    assert [kind for entity_set, kind in written(quotes) if entity_set == LINES] == ["created"] * 10


def test_a_quote_that_failed_and_is_gone_from_sales_has_left(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.stop_selling("D0002")
    quotes.add_line(quote, quotes.line(2, "D0002"))
    quotes.touch(quote)
    assert quotes.run("second") == {"failed": 1}
    quotes.steps.sandbox.delete_rows("sales", "quotes", [quote])
    quotes.steps.ledger.retry("quotes", "usmf", [quote])
    quotes.steps.let_pass(3600)
    assert quotes.run("third") == {"left": 1}
    assert quotes.outcome("third", quote).reasons[0].code == "deleted_in_source"


def test_a_quote_changed_at_finance_while_it_is_written_is_tried_again_and_lands(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.touch(quote, name="Renamed")
    quotes.change_line(quotes.lines_of(quote)[0], quantity=3)
    judged = quotes.steps.judged("second")
    overtaken = {"match": {"system": "finance_operations", "operation": 1, "nth": 1}, "action": {"status": 412}}
    quotes.steps.sandbox.plan_faults(overtaken)
    with pytest.raises(TransientError):
        quotes.steps.load("second", judged)
    assert quotes.steps.load("second", judged)["counts"] == {"updated": 1}
    assert quotes.stored_lines("QUO-1")[1]["RequestedSalesQuantity"] == 3


def test_a_number_full_of_signs_reads_and_writes_its_own_lines_alone(quotes: Quotes) -> None:
    odd = quotes.add("Q*'/1&%", quotes.line(1))
    quotes.add("Q-2'/1&%", quotes.line(1), quotes.line(2))
    assert quotes.run("first") == {"created": 2}
    assert quotes.run("second", full=True) == {"unchanged": 2}
    quotes.change_line(quotes.lines_of(odd)[0], quantity=4)
    quotes.touch(odd)
    assert quotes.run("third")["updated"] == 1
    assert [row["RequestedSalesQuantity"] for row in quotes.stored_lines("Q*'/1&%").values()] == [4]
    assert len(quotes.stored_lines("Q-2'/1&%")) == 2


def test_a_quotation_that_was_there_before_us_is_rejected_until_adopted(quotes: Quotes) -> None:
    quotes.add("Q-000101", quotes.line(1, "D0003", quantity=7))
    before = quotes.stored_lines("Q-000101")
    assert quotes.run("first") == {"rejected": 1}
    assert quotes.stored_lines("Q-000101") == before
    assert quotes.run("second", full=True, adopt=True) == {"updated": 1}
    assert products(quotes, "Q-000101") == {1: "D0003"}


def test_a_line_that_never_settles_is_written_no_more_after_three_runs(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    for run in ("second", "third", "fourth"):
        quotes.steps.rewrite("finance_operations", LINES, quotes.stored_lines("QUO-1")[1], RequestedSalesQuantity=9)
        quotes.run(run, full=True)
    outcome = quotes.outcome("fourth", quote)
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.REJECTED, "does_not_settle")
    assert outcome.reasons[0].field == "line 1: RequestedSalesQuantity"


def test_rerunning_a_load_that_stopped_after_writing_hands_the_quotation_over_all_the_same(quotes: Quotes) -> None:
    older = quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    quotes.touch(older, statecode=3)
    newer = quotes.add("QUO-1", quotes.line(1, "D0002"), revision=1)
    judged = quotes.steps.judged("second")
    quotes.steps.sandbox.plan_faults({"match": BATCH | {"nth": 1}, "action": {"when": "after", "reset": True}})
    quotes.steps.load("second", judged)
    quotes.steps.load("second", judged)
    states = quotes.steps.ledger.states("quotes", "usmf", [older, newer])
    assert (states[older].ours, states[newer].ours) == (False, True)
    assert products(quotes) == {1: "D0002"}
