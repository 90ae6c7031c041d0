from __future__ import annotations

from typing import Any

import pytest

from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.definitions import column_definition, column_definitions, key_definition, label, table_definition
from p2c_sandbox.sales.keys import AlternateKey

ACCOUNT = MODEL.entity("account")


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("account", "name", "String"),
        ("account", "description", "Memo"),
        ("account", "creditlimit", "Money"),
        ("account", "exchangerate", "Decimal"),
        ("account", "numberofemployees", "Integer"),
        ("account", "versionnumber", "BigInt"),
        ("account", "donotemail", "Boolean"),
        ("account", "modifiedon", "DateTime"),
        ("account", "accountid", "Uniqueidentifier"),
        ("account", "customertypecode", "Picklist"),
        ("account", "statecode", "State"),
        ("account", "statuscode", "Status"),
        ("account", "_primarycontactid_value", "Lookup"),
        ("account", "_ownerid_value", "Owner"),
        ("contact", "_parentcustomerid_value", "Customer"),
    ],
)
def test_a_column_has_the_type_of_its_values(table: str, column: str, kind: str) -> None:
    entity = MODEL.entity(table)
    assert column_definition(entity, entity.properties[column])["AttributeType"] == kind


@pytest.mark.parametrize(
    ("column", "member", "value"),
    [
        ("name", "MaxLength", 160),
        ("name", "RequiredLevel", {"Value": "ApplicationRequired", "CanBeChanged": True}),
        ("name", "IsPrimaryName", True),
        ("creditlimit", "Precision", 4),
        ("_primarycontactid_value", "Targets", ["contact"]),
        ("_primarycontactid_value", "LogicalName", "primarycontactid"),
        ("modifiedon", "IsValidForUpdate", False),
    ],
)
def test_a_column_tells_its_limits(column: str, member: str, value: Any) -> None:
    assert column_definition(ACCOUNT, ACCOUNT.properties[column])[member] == value


def test_options_tell_label_and_state() -> None:
    status = column_definition(ACCOUNT, ACCOUNT.properties["statuscode"])["OptionSet"]["Options"]
    assert [(option["Value"], option["State"]) for option in status] == [(1, 0), (2, 1)]
    assert status[0]["Label"]["UserLocalizedLabel"]["Label"] == "Active"


def test_every_table_can_be_described() -> None:
    for entity in MODEL.entity_sets.values():
        assert table_definition(entity)["EntitySetName"] == entity.entity_set
        assert len(column_definitions(entity)) == len(entity.properties)


def test_a_key_is_active_at_once() -> None:
    key = key_definition(ACCOUNT, AlternateKey("1", "account", "number", ("accountnumber",)))
    assert (key["KeyAttributes"], key["EntityKeyIndexStatus"]) == (["accountnumber"], "Active")


def test_a_label_is_in_english() -> None:
    assert label("Account")["LocalizedLabels"][0]["LanguageCode"] == 1033
