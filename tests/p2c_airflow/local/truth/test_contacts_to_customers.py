from __future__ import annotations

from p2c_airflow.local.truth.contacts_to_customers import wanted
from p2c_airflow.local.truth.snapshot import Snapshot


def test_only_active_customers_are_wanted(snapshot: Snapshot) -> None:
    [person] = wanted(snapshot, "usmf")
    assert person.name == "CON-01006-K784FH"
    assert person.on_create["PartyType"] == "Person"
    assert person.on_create["PartyNumber"] == person.name
