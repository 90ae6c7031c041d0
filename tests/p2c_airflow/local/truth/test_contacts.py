from __future__ import annotations

from p2c_airflow.local.truth.contacts import wanted
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted


def row(snapshot: Snapshot, key: str) -> Wanted:
    return next(row for row in wanted(snapshot, "usmf") if row.name == key)


def test_a_contact_of_a_company_is_wanted_at_its_customer(snapshot: Snapshot) -> None:
    person = row(snapshot, "CON-01010-LAXV9M")
    assert not person.kept
    assert (person.fields["LastName"], person.fields["IsInactive"]) == ("Andersen (sample)", "No")


def test_an_active_customer_is_inactive_if_it_was_sent_before(snapshot: Snapshot) -> None:
    person = row(snapshot, "CON-01006-K784FH")
    assert (person.kept, person.fields) == (True, {"IsInactive": "Yes"})


def test_a_contact_without_a_company_is_not_wanted(snapshot: Snapshot) -> None:
    assert "CON-01012-N4AMYG" not in {row.name for row in wanted(snapshot, "usmf")}
