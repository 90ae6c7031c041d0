from __future__ import annotations

from airflow.models.dag import DagModel, DagTag
from airflow.models.dagbundle import DagBundleModel
from airflow.utils.session import create_session
from fixtures.page import KEY, ONLY_CONTACTS, Page
from sqlalchemy import delete

from p2c.ledger import Outcome, RowOutcome, RunKey, Window

CONTACTS = RunKey("contacts", "manual__2", "contacts", "usmf")
ROW = {"flow": "accounts", "organization": "usmf", "source_id": "2"}


def with_contacts(page: Page) -> Page:
    page.ledger.begin_run(CONTACTS, Window(None, None, "full"))
    page.ledger.record(CONTACTS, [RowOutcome("c", "C-1", 1, Outcome.FAILED)], fingerprint="settings")
    return page


def test_a_person_sees_the_runs_and_rows_of_their_own_dags_only(filled_page: Page) -> None:
    with_contacts(filled_page)
    history, due = (filled_page.get(path, ONLY_CONTACTS, "viewer").text for path in ("/runs", "/due"))
    assert ("manual__2" in history, KEY.run_id in history) == (True, False)
    assert ("C-1" in due, "US-002" in due) == (True, False)


def test_the_address_of_another_dag_is_refused(filled_page: Page) -> None:
    with_contacts(filled_page)
    for path, query in (("/run", vars(KEY)), ("/run.csv", vars(KEY)), ("/row", ROW), ("/dags/accounts", {})):
        assert filled_page.get(path, ONLY_CONTACTS, "viewer", **query).status_code == 403
        assert filled_page.get(path, "vic", "viewer", **query).status_code == 200


def test_whoever_reads_a_dag_that_runs_a_flow_sees_its_rows(filled_page: Page) -> None:
    again = RunKey("initial_load", "manual__3", "contacts", "usmf")
    with_contacts(filled_page).ledger.begin_run(again, Window(None, None, "full"))
    filled_page.ledger.record(again, [RowOutcome("c", "C-1", 1, Outcome.REJECTED)], fingerprint="settings")
    assert "C-1" in filled_page.get("/due", ONLY_CONTACTS, "viewer").text
    assert "manual__3" not in filled_page.get("/runs", ONLY_CONTACTS, "viewer").text


def test_a_dag_that_never_ran_is_known_by_its_tag(page: Page) -> None:
    with create_session() as session:
        session.execute(delete(DagTag).where(DagTag.dag_id == "contacts"))
    assert page.get("/", ONLY_CONTACTS, "viewer").status_code == 403
    with create_session() as session:
        session.merge(DagBundleModel(name="page-tests"))
        session.flush()
        session.merge(DagModel(dag_id="contacts", bundle_name="page-tests", fileloc="contacts.py"))
        session.flush()
        session.merge(DagTag(name="prospect to cash", dag_id="contacts"))
    try:
        assert page.get("/", ONLY_CONTACTS, "viewer").status_code == 200
    finally:
        with create_session() as session:
            session.delete(session.get(DagTag, ("prospect to cash", "contacts")))


def test_deciding_takes_the_right_to_clear_the_tasks_of_the_flow(filled_page: Page) -> None:
    with_contacts(filled_page)
    body = {"rows": [ROW]}
    assert filled_page.post("/due/retry", body, "vic", "viewer").status_code == 403
    assert filled_page.post("/due/retry", body, ONLY_CONTACTS, "user").status_code == 403
    assert filled_page.post("/due/retry", body, "uma", "user").status_code == 200
    assert 'name="row"' not in filled_page.get("/due", "vic", "viewer").text
