from __future__ import annotations

import json
from typing import Any

import pytest
from fixtures.dataverse_accounts import account_id, create, update, upsert
from fixtures.scripted_server import Answer, ScriptedServer

from p2c.errors import (
    AmbiguousError,
    ConfigurationError,
    ContentionError,
    IntegrationError,
    RequestRefusedError,
    ThrottledError,
)
from p2c.systems.dataverse_bulk import BulkActions
from p2c.systems.dataverse_tables import Table
from p2c.systems.odata.session import ODataSession

ACCOUNTS = Table("accounts", "account", "accountid", frozenset({frozenset({"accountnumber"})}))
CREATED = Answer(200, {"Ids": ["id-1", "id-2"]})


def refusal(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "No."}})


@pytest.fixture
def bulk(session: ODataSession) -> BulkActions:
    return BulkActions(session)


def targets(server: ScriptedServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(server.seen[-1].body)["Targets"]
    return found


def test_new_rows_carry_their_table_and_key(server: ScriptedServer, bulk: BulkActions) -> None:
    server.otherwise = CREATED
    bulk.send(ACCOUNTS, [create(1), create(2)])
    assert server.seen[0].path == "/data/accounts/Microsoft.Dynamics.CRM.CreateMultiple"
    assert targets(server)[0] == {
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "accountnumber": "A1",
        "name": "Account 1",
    }


def test_rows_are_updated_by_the_id_among_their_columns(server: ScriptedServer, bulk: BulkActions) -> None:
    server.otherwise = Answer(204)
    bulk.send(ACCOUNTS, [update(1, name="x"), update(2, name="y")])
    assert [target["accountid"] for target in targets(server)] == [account_id(1), account_id(2)]


def test_a_key_of_an_upsert_stands_in_the_reference_alone(server: ScriptedServer, bulk: BulkActions) -> None:
    server.otherwise = Answer(204)
    bulk.send(ACCOUNTS, [upsert(1, accountnumber="A1"), upsert(2)])
    assert targets(server)[0] == {
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "@odata.id": "accounts(accountnumber='A1')",
        "name": "Account 1",
    }


def test_ids_are_returned_in_order(server: ScriptedServer, bulk: BulkActions) -> None:
    server.otherwise = CREATED
    results = bulk.send(ACCOUNTS, [create(1), create(2)])
    assert results is not None
    assert [dict(result.returned) for result in results] == [
        {"accountnumber": "A1", "accountid": "id-1"},
        {"accountnumber": "A2", "accountid": "id-2"},
    ]


@pytest.mark.parametrize(
    "answer",
    [Answer(200, {"Ids": ["id-1"]}), Answer(200, b"{"), Answer(504), Answer(500), Answer(reset=True), CREATED],
)
def test_an_answer_that_is_lost_or_short_leaves_all_rows_ambiguous(
    server: ScriptedServer, bulk: BulkActions, answer: Answer
) -> None:
    server.otherwise = answer
    results = bulk.send(ACCOUNTS, [create(1), create(2), create(3)])
    assert results is not None
    assert [(result.outcome, type(result.error)) for result in results] == [("ambiguous", AmbiguousError)] * 3
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, "0x80048d19"),
        refusal(404, "0x80040217"),
        refusal(412, "0x80060892"),
        refusal(500, "0x80040333"),
    ],
)
def test_a_refused_action_wrote_nothing_and_may_be_tried_again(
    server: ScriptedServer, bulk: BulkActions, answer: Answer
) -> None:
    server.answers.extend([answer, CREATED])
    assert bulk.send(ACCOUNTS, [create(1), create(2)]) is None
    assert bulk.send(ACCOUNTS, [create(1), create(2)]) is not None


def test_a_fault_that_names_its_code_rolled_back_what_may_be_repeated(
    server: ScriptedServer, bulk: BulkActions
) -> None:
    server.otherwise = refusal(500, "0x80040265")
    assert bulk.send(ACCOUNTS, [update(1), update(2)]) is None
    creates = bulk.send(ACCOUNTS, [create(1), create(2)])
    assert creates is not None
    assert {result.outcome for result in creates} == {"ambiguous"}


@pytest.mark.parametrize(
    "answer",
    [refusal(404, "0x8006088a"), refusal(405, ""), refusal(501, ""), refusal(400, "0x80040800"), Answer(404)],
)
def test_an_action_that_a_table_does_not_offer_is_not_asked_for_again(
    server: ScriptedServer, bulk: BulkActions, answer: Answer
) -> None:
    server.otherwise = answer
    assert bulk.send(ACCOUNTS, [create(1), create(2)]) is None
    assert bulk.send(ACCOUNTS, [create(1), create(2)]) is None
    assert len(server.seen) == 1
    server.otherwise = Answer(204)
    assert bulk.send(ACCOUNTS, [update(1), update(2)]) is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(429, headers={"Retry-After": "5"}), ThrottledError),
        (refusal(500, "0x80044150"), ContentionError),
        (Answer(413), RequestRefusedError),
        (Answer(403), ConfigurationError),
        (refusal(400, "0x80060890"), ConfigurationError),
    ],
)
def test_what_concerns_the_request_and_no_row_is_raised(
    server: ScriptedServer, bulk: BulkActions, answer: Answer, kind: type[IntegrationError]
) -> None:
    server.otherwise = answer
    with pytest.raises(kind):
        bulk.send(ACCOUNTS, [create(1), create(2)])
    assert len(server.seen) == 1


def test_a_value_json_cannot_hold_sends_nothing(server: ScriptedServer, bulk: BulkActions) -> None:
    assert bulk.send(ACCOUNTS, [create(1), create(2, name="\ud800")]) is None
    assert server.seen == []
