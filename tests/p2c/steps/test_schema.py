from __future__ import annotations

from typing import Any

import pytest
from fixtures.steps import Steps, site_document

from p2c.errors import ConfigurationError, SchemaChangedError

SALES = {"system": "sales", "entity_set": "accounts"}
FINANCE = {"system": "finance_operations", "entity_set": "CustomersV3"}


def change(steps: Steps, field: str, **body: Any) -> None:
    steps.sandbox.control("POST", "schema", {"field": field, **body})


def rows_asked_for(steps: Steps) -> list[dict[str, Any]]:
    return steps.sandbox.requests_seen(system="sales", entity_set="accounts")


@pytest.mark.parametrize(
    ("field", "body", "said"),
    [
        ("telephone1", {"drop": True}, "Unknown field of accounts 'telephone1'"),
        ("telephone1", {"rename": "phone1"}, "Unknown field of accounts 'telephone1'"),
        ("creditlimit", {"type": "Edm.String"}, "It is Edm.String in this tenant; flows expect Edm.Decimal."),
        (
            "_owningbusinessunit_value",
            {"targets": ["team"]},
            "accounts._owningbusinessunit_value: It leads to team in this tenant; flows expect businessunit.",
        ),
        ("statecode", {"drop": True}, "Unknown field of accounts 'statecode'"),
        ("versionnumber", {"drop": True}, "Unknown field of accounts 'versionnumber'"),
    ],
)
def test_a_source_field_that_changed_stops_the_flow_before_it_reads_a_row(
    steps: Steps, field: str, body: dict[str, Any], said: str
) -> None:
    change(steps, field, **SALES, **body)
    with pytest.raises(SchemaChangedError) as stopped:
        steps.extract("first")
    assert "Flow accounts: Sales has changed under it" in stopped.value.message
    assert said in stopped.value.message
    assert rows_asked_for(steps) == []


def test_a_field_that_the_flow_does_not_read_may_go(steps: Steps) -> None:
    change(steps, "_parentaccountid_value", **SALES, drop=True)
    assert steps.extract("first")["rows"] > 0


@pytest.mark.parametrize(
    ("field", "body", "said"),
    [
        ("PrimaryContactPhone", {"drop": True}, "Unknown field of CustomersV3 'PrimaryContactPhone'"),
        ("PrimaryContactPhone", {"rename": "ContactPhone"}, "did you mean"),
        ("OrganizationName", {"type": "Edm.Decimal"}, "CustomersV3.OrganizationName: It is Edm.Decimal in this tenant"),
    ],
)
def test_a_destination_field_that_changed_stops_the_flow_before_its_first_write(
    steps: Steps, field: str, body: dict[str, Any], said: str
) -> None:
    validated = steps.judged("first")
    change(steps, field, **FINANCE, **body)
    with pytest.raises(SchemaChangedError) as stopped:
        steps.load("first", validated)
    assert "Flow accounts: F&O has changed under it" in stopped.value.message
    assert said in stopped.value.message
    assert steps.writes() == []
    assert steps.watermark() is None


def test_a_new_required_field_stops_the_flow_before_its_first_write(steps: Steps) -> None:
    validated = steps.judged("first")
    change(steps, "ContosoSegment", **FINANCE, add="Edm.String")
    change(steps, "ContosoSegment", **FINANCE, required=True)
    with pytest.raises(SchemaChangedError, match="CustomersV3 requires ContosoSegment, which no pair fills"):
        steps.load("first", validated)
    assert steps.writes() == []


def test_a_new_required_field_that_the_destination_fills_itself_stops_nothing(steps: Steps) -> None:
    change(steps, "ContosoSegment", **FINANCE, add="Edm.String")
    change(steps, "ContosoSegment", **FINANCE, required=True)
    steps.set_site(flows={"accounts": {"filled_by_destination": ["ContosoSegment"]}})
    assert steps.load("first", steps.judged("first"))["counts"]["failed"] > 0


def test_the_step_goes_on_once_the_change_is_taken_back(steps: Steps) -> None:
    validated = steps.judged("first")
    change(steps, "PrimaryContactPhone", **FINANCE, rename="ContactPhone")
    with pytest.raises(SchemaChangedError):
        steps.load("first", validated)
    change(steps, "ContactPhone", **FINANCE, rename="PrimaryContactPhone")
    assert steps.load("first", validated)["counts"]["created"] > 0


def test_other_flows_run(steps: Steps) -> None:
    change(steps, "telephone1", **SALES, drop=True)
    steps.flow = "contacts"
    assert steps.extract("first")["rows"] > 0


def test_what_concerns_single_rows_is_told_and_stops_nothing(steps: Steps) -> None:
    change(steps, "name", **SALES, max_length=4000)
    change(steps, "statecode", **SALES, option={"value": 7, "label": "Frozen"})
    change(steps, "KnownAs", **FINANCE, required=False)
    steps.run("first")
    assert any("Up to 4000 characters come" in line for line in steps.lines)
    assert any("This tenant adds the value 7 (Frozen)" in line for line in steps.lines)


@pytest.mark.parametrize("status", [403, 404, 400, 500])
def test_metadata_that_a_system_does_not_give_stop_no_flow(steps: Steps, status: int) -> None:
    steps.session_options = {"wait": lambda seconds: None}
    refused = {"status": status}
    steps.sandbox.plan_faults(
        {"match": {"path": "RetrieveMetadataChanges"}, "action": refused},
        {"match": {"path": "^/metadata/"}, "action": refused},
    )
    assert steps.run("first")["created"] > 0
    told = [line for line in steps.lines if "does not give its metadata" in line]
    assert len(told) == 2


def test_a_site_may_go_without(steps: Steps) -> None:
    steps.set_site(runs={"check_schema": False})
    steps.run("first")
    paths = {seen["path"] for seen in steps.sandbox.requests_seen()}
    assert not any("etadata" in path for path in paths)


def test_a_run_costs_one_request_of_each_system(steps: Steps) -> None:
    steps.run("first")
    asked = [seen["path"] for seen in steps.sandbox.requests_seen() if "etadata" in seen["path"]]
    assert asked == ["/api/data/v9.2/RetrieveMetadataChanges(Query=@q)", "/metadata/PublicEntities"]


def test_a_column_that_a_site_maps_and_the_tenant_has_is_no_finding(steps: Steps) -> None:
    change(steps, "new_segment", **SALES, add="Edm.String")
    document = site_document()
    document["flows"] = {"accounts": {"fields": {"NameAlias": {"source": "new_segment"}}}}
    steps.set_site(**document)
    steps.extract("first")
    assert not any("new_segment" in line for line in steps.lines)


def test_a_column_that_a_site_maps_and_the_tenant_lacks_is_named(steps: Steps) -> None:
    document = site_document()
    document["flows"] = {"accounts": {"fields": {"NameAlias": {"source": "new_segment"}}}}
    steps.set_site(**document)
    with pytest.raises(ConfigurationError, match="Unknown field of accounts 'new_segment'"):
        steps.extract("first")


def test_a_write_of_a_field_that_is_gone_stops_the_flow_at_the_first_row_even_without_metadata(steps: Steps) -> None:
    steps.set_site(runs={"check_schema": False})
    validated = steps.judged("first")
    change(steps, "PrimaryContactPhone", **FINANCE, drop=True)
    with pytest.raises(SchemaChangedError, match="has no field 'PrimaryContactPhone' in CustomersV3"):
        steps.load("first", validated)
    assert steps.writes() == []


def test_a_read_of_a_field_that_is_gone_stops_the_flow_even_without_metadata(steps: Steps) -> None:
    steps.set_site(runs={"check_schema": False})
    change(steps, "telephone1", **SALES, drop=True)
    with pytest.raises(SchemaChangedError, match="has no field 'telephone1' in accounts"):
        steps.extract("first")


def test_reference_data_without_a_field_that_is_looked_up_stop_the_flow_before_its_first_write(steps: Steps) -> None:
    groups = {"system": "finance_operations", "entity_set": "CustomerGroups"}
    change(steps, "CustomerGroupId", **groups, rename="GroupId")
    with pytest.raises(SchemaChangedError, match="has no field 'CustomerGroupId' in CustomerGroups"):
        steps.judged("first")
    assert steps.writes() == []
