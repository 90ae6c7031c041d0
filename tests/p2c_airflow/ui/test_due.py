from __future__ import annotations

from airflow.models.log import Log
from airflow.utils.session import create_session
from fixtures.page import CLEARS_CONTACTS, ONLY_CONTACTS, Page
from sqlalchemy import select

from p2c.ledger import Outcome, RowOutcome, RunKey, Window

LEFT_OUT = " Rows of flows that you may not decide about are left out."


def named(*source_ids: str) -> list[dict[str, str]]:
    return [{"flow": "accounts", "organization": "usmf", "source_id": source_id} for source_id in source_ids]


def last_entry() -> tuple[str, str | None, str | None]:
    with create_session() as session:
        entry = session.scalars(select(Log).order_by(Log.id.desc()).limit(1)).one()
        return entry.event, entry.owner, entry.extra


def test_rows_due_are_listed_with_reason_and_next_try(filled_page: Page) -> None:
    text = filled_page.get("/due").text
    assert "3 in all" in text
    assert "The name has 160 characters; 100 fit." in text
    assert "or when its parent lands" in text
    assert "US-001" not in text


def test_rows_due_are_chosen_by_each_filter(filled_page: Page) -> None:
    for name, value in (("outcome", "failed"), ("key", "us-003"), ("reason", "NO SUCH group")):
        text = filled_page.get("/due", **{name: value}).text
        assert ("US-003" in text, "US-002" in text) == (True, False), name
    assert "No row is due." in filled_page.get("/due", organization="demf").text
    assert filled_page.get("/due", outcome="created").status_code == 422


def test_a_retried_row_is_due_next_and_airflow_keeps_who_asked(filled_page: Page) -> None:
    answer = filled_page.post("/due/retry", {"rows": named("2", "3")}, person="uma")
    assert answer.json() == {"rows": 2, "text": "2 rows will be tried again by the next scheduled run."}
    assert filled_page.ledger.rows_due("accounts", "usmf", fingerprint="settings", limit=9) == ["2", "3"]
    assert last_entry() == ("p2c due retry", "uma", "accounts/usmf/2, accounts/usmf/3")


def test_a_dismissed_row_keeps_who_and_why_and_can_be_found(filled_page: Page) -> None:
    assert filled_page.post("/due/dismiss", {"rows": named("3"), "why": "A test"}, person="uma").status_code == 200
    row = filled_page.ledger.states("accounts", "usmf", ["3"])["3"]
    assert (row.outcome, row.dismissed) == (Outcome.SKIPPED, True)
    assert row.reasons[0].text.startswith("Dismissed by uma: A test.")
    assert "US-003" not in filled_page.get("/due").text
    assert "US-003" in filled_page.get("/due", dismissed="true").text
    assert last_entry()[:2] == ("p2c due dismiss", "uma")


def test_a_dismissal_without_a_reason_is_refused(filled_page: Page) -> None:
    assert filled_page.post("/due/dismiss", {"rows": named("3"), "why": " "}).status_code == 422
    assert filled_page.post("/due/dismiss", {"rows": named("3")}).status_code == 422
    assert filled_page.post("/due/dismiss", {"rows": [], "why": "x"}).status_code == 422


def test_all_rows_that_the_filter_finds_are_decided_about_once_their_number_is_confirmed(filled_page: Page) -> None:
    wanted = {"filters": {"key": "us-00"}}
    asked = filled_page.post("/due/retry-found", wanted, person="uma")
    assert asked.json() == {"rows": 2, "question": "2 rows will be tried again. Go on?"}
    assert filled_page.post("/due/retry-found", wanted | {"confirmed": 3}).json() == asked.json()
    assert filled_page.ledger.rows_due("accounts", "usmf", fingerprint="settings", limit=9) == []

    done = filled_page.post("/due/retry-found", wanted | {"confirmed": 2}, person="uma")
    assert done.json()["rows"] == 2
    assert filled_page.ledger.rows_due("accounts", "usmf", fingerprint="settings", limit=9) == ["2", "3"]
    assert last_entry() == ("p2c due retry", "uma", '2 rows found by {"key": "us-00"}')


def test_all_rows_found_are_dismissed_with_who_and_why(filled_page: Page) -> None:
    wanted = {"filters": {"outcome": "failed"}, "why": "A test"}
    assert filled_page.post("/due/dismiss-found", wanted, person="uma").json()["rows"] == 1
    assert "US-003" in filled_page.get("/due").text
    assert filled_page.post("/due/dismiss-found", wanted | {"confirmed": 1}, person="uma").json()["rows"] == 1
    row = filled_page.ledger.states("accounts", "usmf", ["3"])["3"]
    assert row.reasons[0].text.startswith("Dismissed by uma: A test.")
    assert not filled_page.ledger.states("accounts", "usmf", ["2"])["2"].dismissed
    assert filled_page.post("/due/dismiss-found", wanted | {"why": " "}).status_code == 422


def test_rows_found_of_flows_that_a_person_may_not_decide_about_are_left_out(filled_page: Page) -> None:
    contacts = RunKey("contacts", "manual__contacts", "contacts", "usmf")
    filled_page.ledger.begin_run(contacts, Window(None, None, "full"))
    filled_page.ledger.record(contacts, [RowOutcome("7", "C-7", 1, Outcome.FAILED)], fingerprint="settings")
    for person, said in ((ONLY_CONTACTS, ""), (CLEARS_CONTACTS, LEFT_OUT)):
        asked = filled_page.post("/due/retry-found", {"filters": {}}, person=person).json()
        assert asked == {"rows": 1, "question": f"1 rows will be tried again.{said} Go on?"}
        named_flow = {"filters": {"flow": "accounts"}, "confirmed": 3}
        assert filled_page.post("/due/retry-found", named_flow, person=person).status_code == 403
    for viewer in ({"filters": {}}, {"filters": {"flow": "contacts"}}):
        assert filled_page.post("/due/retry-found", viewer, "vic", "viewer").status_code == 403
