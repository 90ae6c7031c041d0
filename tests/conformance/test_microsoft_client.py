"""Microsoft's own client for Dataverse against the sandbox, over HTTPS, as it comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from fixtures.sandbox import Sandbox, running_sandbox
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError
from PowerPlatform.Dataverse.models.upsert import UpsertItem


class SandboxCredential:
    """A token of the sandbox's Entra endpoint, as `azure.identity` would get it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        answer = self._sandbox.token(scope=" ".join(scopes)).json()
        return AccessToken(answer["access_token"], int(time.time()) + int(answer["expires_in"]))


@pytest.fixture(scope="module")
def secure_sandbox() -> Iterator[Sandbox]:
    with running_sandbox("--empty", "--tls") as sandbox:
        yield sandbox


@pytest.fixture
def client(secure_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataverseClient]:
    secure_sandbox.reset("empty")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure_sandbox.verify))
    with DataverseClient(secure_sandbox.origin, SandboxCredential(secure_sandbox)) as client:
        yield client


@pytest.fixture
def keyed(client: DataverseClient) -> DataverseClient:
    """The client of an environment in which a customizer made accountnumber an alternate key."""
    client.tables.create_alternate_key("account", "p2c_accountnumber", ["accountnumber"])
    return client


def numbers(client: DataverseClient) -> list[str]:
    rows = client.records.list("account", select=["accountnumber"], orderby=["accountnumber"])
    return [row["accountnumber"] for row in rows]


def test_a_created_row_reads_back(client: DataverseClient) -> None:
    identifier = client.records.create("account", {"Name": "Fourth Coffee", "creditlimit": 100.5})
    row = client.records.retrieve("account", identifier, select=["name", "creditlimit", "statecode"])
    assert (row["name"], row["creditlimit"], row["statecode"]) == ("Fourth Coffee", 100.5, 0)


def test_a_row_that_is_not_there_is_told_as_404_with_its_code(client: DataverseClient) -> None:
    missing = "00000000-0000-0000-0000-00000000dead"
    with pytest.raises(HttpError) as caught:
        client.records.update("account", missing, {"name": "x"})
    assert caught.value.status_code == 404
    assert caught.value.details["service_error_code"] == "0x80040217"
    assert client.records.retrieve("account", missing) is None


def test_a_label_becomes_its_option(client: DataverseClient) -> None:
    identifier = client.records.create("account", {"name": "x", "customertypecode": "Customer"})
    assert client.records.retrieve("account", identifier, select=["customertypecode"])["customertypecode"] == 3


def test_formatted_values_come_beside_the_columns(client: DataverseClient) -> None:
    client.records.create("account", {"name": "x", "customertypecode": 3, "creditlimit": 1234.5})
    annotation = "OData.Community.Display.V1.FormattedValue"
    rows = client.records.list(
        "account", select=["customertypecode", "creditlimit", "statecode"], include_annotations=annotation
    )
    (row,) = list(rows)
    assert row[f"customertypecode@{annotation}"] == "Customer"
    assert row[f"creditlimit@{annotation}"] == "$1,234.50"
    assert row[f"statecode@{annotation}"] == "Active"


def test_an_update_changes_only_what_it_names(client: DataverseClient) -> None:
    identifier = client.records.create("account", {"name": "x", "address1_city": "Renton"})
    client.records.update("account", identifier, {"name": "y"})
    row = client.records.retrieve("account", identifier, select=["name", "address1_city"])
    assert (row["name"], row["address1_city"]) == ("y", "Renton")


def test_a_lookup_is_bound_and_expanded(client: DataverseClient) -> None:
    parent = client.records.create("account", {"name": "Parent"})
    child = client.records.create("account", {"name": "Child", "parentaccountid@odata.bind": f"/accounts({parent})"})
    row = client.records.retrieve("account", child, select=["name"], expand=["parentaccountid"])
    assert row["parentaccountid"]["name"] == "Parent"


def test_many_rows_are_created_and_read_in_pages(client: DataverseClient) -> None:
    identifiers = client.records.create("account", [{"name": f"Account {number:02}"} for number in range(7)])
    pages = list(client.records.list_pages("account", select=["name"], orderby=["name"], page_size=3))
    assert len(identifiers) == 7
    assert [len(list(page)) for page in pages] == [3, 3, 1]
    assert [row["name"] for page in pages for row in page] == [f"Account {number:02}" for number in range(7)]


def test_many_rows_are_updated_by_one_call(client: DataverseClient) -> None:
    identifiers = client.records.create("account", [{"name": "a"}, {"name": "b"}])
    client.records.update("account", identifiers, [{"address1_city": "Dallas"}, {"address1_city": "Redmond"}])
    cities = [
        row["address1_city"] for row in client.records.list("account", select=["address1_city"], orderby=["name"])
    ]
    assert cities == ["Dallas", "Redmond"]


def test_an_upsert_by_alternate_key_creates_then_updates(keyed: DataverseClient) -> None:
    for name in ("first", "second"):
        keyed.records.upsert("account", [UpsertItem({"accountnumber": "A-1"}, {"name": name})])
    (row,) = list(keyed.records.list("account", select=["name", "accountnumber"]))
    assert (row["name"], row["accountnumber"]) == ("second", "A-1")


def test_upsert_multiple_creates_and_updates_in_one_call(keyed: DataverseClient) -> None:
    keyed.records.create("account", {"name": "old", "accountnumber": "A-1"})
    keyed.records.upsert(
        "account",
        [UpsertItem({"accountnumber": "A-1"}, {"name": "new"}), UpsertItem({"accountnumber": "A-2"}, {"name": "two"})],
    )
    assert numbers(keyed) == ["A-1", "A-2"]


def test_upsert_multiple_lands_whole_or_not_at_all(keyed: DataverseClient) -> None:
    items = [
        UpsertItem({"accountnumber": "A-1"}, {"name": "good"}),
        UpsertItem({"accountnumber": "A-2"}, {"name": "x" * 161}),
    ]
    with pytest.raises(HttpError) as caught:
        keyed.records.upsert("account", items)
    assert caught.value.details["service_error_code"] == "0x80044331"
    assert numbers(keyed) == []


def test_an_upsert_by_columns_that_are_no_key_is_refused(client: DataverseClient) -> None:
    with pytest.raises(HttpError) as caught:
        client.records.upsert("account", [UpsertItem({"accountnumber": "A-1"}, {"name": "x"})])
    assert caught.value.details["service_error_code"] == "0x80060890"


def test_keys_are_listed_and_deleted(keyed: DataverseClient) -> None:
    (key,) = keyed.tables.get_alternate_keys("account")
    assert (key.key_attributes, key.status) == (["accountnumber"], "Active")
    keyed.tables.delete_alternate_key("account", key.metadata_id)
    assert keyed.tables.get_alternate_keys("account") == []


def test_a_batch_answers_each_operation_in_its_place(client: DataverseClient) -> None:
    batch = client.batch.new()
    batch.records.create("account", {"name": "one"})
    batch.records.create("account", {"nam": "two"})
    batch.records.list("account", select=["name"])
    result = batch.execute(continue_on_error=True)
    assert [response.status_code for response in result.responses] == [204, 400, 200]
    assert result.responses[1].error_code == "0x80048d19"
    assert [row["name"] for row in result.responses[2].data["value"]] == ["one"]


def test_a_change_set_refers_to_rows_it_created(client: DataverseClient) -> None:
    batch = client.batch.new()
    with batch.changeset() as changes:
        parent = changes.records.create("account", {"name": "Parent"})
        changes.records.create("account", {"name": "Child", "parentaccountid@odata.bind": parent})
        changes.records.update("account", parent, {"address1_city": "Renton"})
    assert not batch.execute().has_errors
    rows = client.records.list("account", select=["name", "address1_city"], filter="address1_city eq 'renton'")
    assert [row["name"] for row in rows] == ["Parent"]
    assert len(list(client.records.list("account", filter="parentaccountid/name eq 'Parent'"))) == 1


def test_a_change_set_that_fails_leaves_nothing(client: DataverseClient) -> None:
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.create("account", {"name": "one"})
        changes.records.create("account", {"name": "x" * 161})
    result = batch.execute()
    assert [response.error_code for response in result.responses] == ["0x80044331"]
    assert list(client.records.list("account", select=["name"])) == []


def test_rows_are_deleted_one_by_one_and_in_bulk(client: DataverseClient) -> None:
    first, *others = client.records.create("account", [{"name": "a"}, {"name": "b"}, {"name": "c"}])
    client.records.delete("account", first)
    assert client.records.delete("account", others)
    assert list(client.records.list("account", select=["name"])) == []


def test_a_table_that_does_not_exist_is_named(client: DataverseClient) -> None:
    with pytest.raises(MetadataError, match="acount"):
        client.records.create("acount", {"name": "x"})


def test_columns_are_described(client: DataverseClient) -> None:
    columns = client.tables.list_columns("account", filter="LogicalName eq 'name'")
    assert columns[0]["MaxLength"] == 160
    assert client.tables.get("account")["entity_set_name"] == "accounts"


def test_an_error_carries_the_request_id_of_the_service(client: DataverseClient) -> None:
    with pytest.raises(HttpError) as caught:
        list(client.records.list("account", filter="nam eq 'x'"))
    assert caught.value.status_code == 400
    assert caught.value.details["service_request_id"]
