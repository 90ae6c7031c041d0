from __future__ import annotations

import pytest
from fixtures.sandbox import Sandbox
from fixtures.scripted_server import Answer, ScriptedServer

from p2c.errors import ConfigurationError
from p2c.systems.dataverse import Dataverse
from p2c.systems.dataverse_tables import Table, Tables
from p2c.systems.odata.session import ODataSession

PRODUCTS = Table("products", "product", "productid", frozenset({frozenset({"productnumber"}), frozenset({"a", "b"})}))


def test_a_table_is_read_with_its_keys_once(sandbox: Sandbox, sales: Dataverse, account_key: None) -> None:
    table = sales.tables.of("accounts")
    assert sales.tables.of("accounts") is table
    assert table == Table("accounts", "account", "accountid", frozenset({frozenset({"accountnumber"})}))
    assert len([seen for seen in sandbox.requests_seen(method="GET") if "EntityDefinitions" in seen["path"]]) == 1


def test_a_key_whose_index_is_not_ready_does_not_count(server: ScriptedServer, session: ODataSession) -> None:
    keys = [{"KeyAttributes": ["a"], "EntityKeyIndexStatus": state} for state in ("Pending", "InProgress", "Failed")]
    definition = {"LogicalName": "x", "PrimaryIdAttribute": "xid", "Keys": keys}
    server.otherwise = Answer(body={"value": [definition]})
    assert Tables(session).of("xs").alternate_keys == frozenset()


@pytest.mark.parametrize("body", [{"value": []}, {"other": 1}, b"<html>"])
def test_a_table_that_is_not_described_is_named(
    server: ScriptedServer, session: ODataSession, body: dict[str, object] | bytes
) -> None:
    server.otherwise = Answer(body=body)
    with pytest.raises(ConfigurationError, match="no table 'xs'"):
        Tables(session).of("xs")


def test_an_id_is_addressed_without_quotes() -> None:
    assert PRODUCTS.address({"productid": "0123"}) == "products(0123)"


def test_key_values_are_encoded_in_an_address() -> None:
    assert PRODUCTS.address({"productnumber": "O'Brien #1 ü"}) == "products(productnumber='O''Brien%20%231%20%C3%BC')"


@pytest.mark.parametrize("value", ["a/b", "a<b", "a>b", "a*", "a%", "a&b", "a:b", "a\\b", "a?", "a+b", "a\x00b"])
def test_a_value_that_the_gateway_refuses_has_no_address(value: str) -> None:
    assert not PRODUCTS.has_address({"productnumber": value})


def test_columns_that_are_no_key_have_no_address() -> None:
    assert not PRODUCTS.has_address({"name": "A"})
    assert not PRODUCTS.has_address({"a": "1"})
    assert PRODUCTS.has_address({"b": "2", "a": "1"})


def test_a_reference_in_a_body_holds_one_plain_value() -> None:
    assert PRODUCTS.has_reference({"productid": "0123"})
    assert PRODUCTS.has_reference({"productnumber": "A-1.b_c~"})
    assert not PRODUCTS.has_reference({"productnumber": "A 1"})
    assert not PRODUCTS.has_reference({"productnumber": "O'B"})
    assert not PRODUCTS.has_reference({"b": "2", "a": "1"})
