from __future__ import annotations

from decimal import Decimal

import pytest
from fixtures.dataverse_accounts import (
    account_id,
    create,
    operation,
    outcomes,
    paths_written,
    put_accounts,
    stored,
    update,
    upsert,
    written,
)
from fixtures.sandbox import Sandbox

from p2c.errors import (
    AmbiguousError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
    RequestRefusedError,
)
from p2c.systems.dataverse import Dataverse
from p2c.systems.dataverse_operations import lookup, state_change

TOO_LONG = "x" * 161
NOWHERE = lookup("transactioncurrencyid", "transactioncurrencies", account_id(404))


def test_one_bad_create_among_200_costs_only_itself(sandbox: Sandbox, sales: Dataverse) -> None:
    bad = {13: create(13, name=TOO_LONG)}
    results = written(sales, (bad.get(number, create(number)) for number in range(200)))
    assert outcomes(results) == {"done": [*range(13), *range(14, 200)], "refused": [13]}
    assert type(results[13].error) is RequestRefusedError
    assert "160" in results[13].error.message
    assert len(stored(sandbox)) == len(sandbox.effects(entity_set="accounts", kind="created")) == 199
    assert paths_written(sandbox) == ["CreateMultiple", "$batch", "CreateMultiple"]


def test_one_bad_update_among_200_costs_only_itself(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, range(200))
    results = written(sales, (update(number, name=TOO_LONG if number == 7 else "New") for number in range(200)))
    assert outcomes(results)["refused"] == [7]
    assert [row["accountnumber"] for row in stored(sandbox).values() if row["name"] != "New"] == ["A7"]
    assert paths_written(sandbox) == ["UpdateMultiple", "$batch", "UpdateMultiple"]


def test_one_bad_upsert_among_200_costs_only_itself(sandbox: Sandbox, sales: Dataverse, account_key: None) -> None:
    put_accounts(sandbox, range(100))
    results = written(sales, (upsert(number, name=TOO_LONG if number == 7 else "New") for number in range(200)))
    assert outcomes(results)["refused"] == [7]
    assert len(stored(sandbox)) == 200
    assert paths_written(sandbox)[1:] == ["UpsertMultiple", "$batch", "UpsertMultiple"]


def test_a_lookup_to_a_missing_row_is_the_rows_own_fault(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [100])
    operations = [create(1), create(2, **NOWHERE), create(3), update(100, **NOWHERE)]
    results = written(sales, operations)
    assert outcomes(results) == {"done": [1, 3], "refused": [2, 100]}
    assert type(results[2].error) is type(results[100].error) is RequestRefusedError


@pytest.mark.parametrize("count", [1, 5])
def test_created_rows_are_returned_with_key_and_id(sandbox: Sandbox, sales: Dataverse, count: int) -> None:
    results = written(sales, [create(number, creditlimit=Decimal("100.10")) for number in range(count)])
    rows = stored(sandbox)
    returned = {result.returned["accountnumber"]: result.returned["accountid"] for result in results.values()}
    assert returned == {number: row["accountid"] for number, row in rows.items()}
    assert {Decimal(row["creditlimit"]) for row in rows.values()} == {Decimal("100.10")}


def test_upserted_rows_are_returned_with_their_ids(sandbox: Sandbox, sales: Dataverse, account_key: None) -> None:
    put_accounts(sandbox, [1])
    results = written(sales, [upsert(1), upsert(2)])
    ids = {reference: result.returned["accountid"] for reference, result in results.items()}
    assert ids == {number: stored(sandbox)[f"A{number}"]["accountid"] for number in (1, 2)}


@pytest.mark.parametrize("keyed", [True, False])
def test_a_single_upsert_says_whether_the_row_is_new(
    sandbox: Sandbox, sales: Dataverse, request: pytest.FixtureRequest, keyed: bool
) -> None:
    if keyed:
        request.getfixturevalue("account_key")
    put_accounts(sandbox, [1])
    assert [written(sales, [upsert(number)])[number].created for number in (1, 2)] == [False, True]
    assert sorted(stored(sandbox)) == ["A1", "A2"]


def test_upserts_by_a_column_that_is_no_key_double_nothing(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, range(10))
    for _ in range(2):
        results = written(sales, [upsert(number, name="New") for number in range(20)])
        assert outcomes(results) == {"done": list(range(20))}
        assert all(result.returned["accountid"] for result in results.values())
    assert len(sandbox.rows("sales", "accounts")) == 20


AWKWARD = ["a/b", "a<b>c", "a*b%c", "a&b:c", "a\\b?c", "a+b", "O'Brien", 'say "yes"', "A,B=(1)", "Łódź #1", "%2F"]


@pytest.mark.parametrize("keyed", [True, False])
def test_awkward_keys_are_created_updated_and_upserted(
    sandbox: Sandbox, sales: Dataverse, request: pytest.FixtureRequest, keyed: bool
) -> None:
    if keyed:
        request.getfixturevalue("account_key")
    keys = [{"accountnumber": key} for key in AWKWARD]
    created = written(sales, [operation("create", key, number, name="1") for number, key in enumerate(keys)])
    updated = written(sales, [operation("update", key, number, name="2") for number, key in enumerate(keys)])
    upserted = written(sales, [operation("upsert", key, number, fax="3") for number, key in enumerate(keys)])
    assert [set(outcomes(results)) for results in (created, updated, upserted)] == [{"done"}] * 3
    assert {key: (row["name"], row["fax"]) for key, row in stored(sandbox).items()} == dict.fromkeys(
        AWKWARD, ("2", "3")
    )


@pytest.mark.parametrize("kind", ["update", "upsert"])
def test_a_key_that_two_rows_have_is_refused_naming_both(sandbox: Sandbox, sales: Dataverse, kind: str) -> None:
    put_accounts(sandbox, [1, 2], accountnumber="A1")
    put_accounts(sandbox, [3])
    operations = [
        operation("update" if kind == "update" else "upsert", {"accountnumber": number}, int(number[1:]), name="New")
        for number in ("A1", "A3")
    ]
    results = written(sales, operations)
    assert outcomes(results) == {"done": [3], "refused": [1]}
    assert account_id(1) in str(results[1].error)
    assert account_id(2) in str(results[1].error)


def test_an_update_never_creates(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [1])
    results = written(sales, [update(1, name="x"), update(2, name="x"), operation("update", {"accountnumber": "Z"}, 3)])
    assert outcomes(results) == {"done": [1], "refused": [2, 3]}
    assert type(results[2].error) is type(results[3].error) is RecordNotFoundError
    assert list(stored(sandbox)) == ["A1"]


def test_a_row_that_exists_is_told(sandbox: Sandbox, sales: Dataverse, account_key: None) -> None:
    put_accounts(sandbox, [1])
    results = written(sales, [create(number) for number in range(3)])
    assert outcomes(results) == {"done": [0, 2], "refused": [1]}
    assert type(results[1].error) is RecordExistsError


def test_a_row_changed_meanwhile_is_not_overwritten(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [1])
    etag = sales.rows_by_key("accounts", "accountnumber", ["A1"], [])["a1"]["@odata.etag"]
    first, second = (operation("update", {"accountid": account_id(1)}, 1, etag, name=name) for name in ("1st", "2nd"))
    assert written(sales, [first])[1].outcome == "done"
    assert type(written(sales, [second])[1].error) is PreconditionFailedError
    assert stored(sandbox)["A1"]["name"] == "1st"


def test_one_row_twice_is_written_in_order(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [1])
    results = list(sales.write([update(1, name="1st"), update(1, name="2nd")], lanes=1))
    assert [result.outcome for result in results] == ["done", "done"]
    assert stored(sandbox)["A1"]["name"] == "2nd"


def test_rows_named_by_id_and_by_key_are_written_together(
    sandbox: Sandbox, sales: Dataverse, account_key: None
) -> None:
    by_id = [operation("upsert", {"accountid": account_id(n)}, n, accountnumber=f"A{n}", name="x") for n in range(4)]
    results = written(sales, [*by_id, *(upsert(number) for number in range(4, 8))])
    ids = {reference: result.returned["accountid"] for reference, result in results.items()}
    assert ids == {number: stored(sandbox)[f"A{number}"]["accountid"] for number in range(8)}


def test_a_state_is_changed_by_a_change_set_of_its_own(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [1, 2], statecode=0, statuscode=1)
    changes = [
        state_change("accounts", {"accountid": account_id(number)}, state=1, status=2, reference=number)
        for number in (1, 2)
    ]
    assert outcomes(written(sales, changes)) == {"done": [1, 2]}
    assert {(row["statecode"], row["statuscode"]) for row in stored(sandbox).values()} == {(1, 2)}
    assert paths_written(sandbox) == ["$batch"]


@pytest.mark.parametrize("action", [{"reset": True}, {"status": 504}, {"cut_body_at": 10}])
def test_a_reply_lost_after_the_commit_is_ambiguous_and_nothing_is_doubled(
    sandbox: Sandbox, sales: Dataverse, action: dict[str, object]
) -> None:
    sandbox.plan_faults({"match": {"path": "CreateMultiple", "nth": 1}, "action": {"when": "after", **action}})
    results = written(sales, [create(number) for number in range(150)])
    assert outcomes(results) == {"ambiguous": list(range(100)), "done": list(range(100, 150))}
    assert all(isinstance(results[number].error, AmbiguousError) for number in range(100))
    assert len(sandbox.effects(entity_set="accounts", kind="created")) == len(stored(sandbox)) == 150


def test_creates_are_repeated_after_a_fault_only_if_none_landed(sandbox: Sandbox, sales: Dataverse) -> None:
    fault = {"status": 500, "body": {"error": {"code": "0x80040216", "message": "An unexpected error occurred."}}}
    sandbox.plan_faults(
        {"match": {"path": "CreateMultiple", "nth": 1}, "action": {"when": "before", **fault}},
        {"match": {"path": "CreateMultiple", "nth": 1}, "action": {"when": "after", **fault}},
    )
    assert outcomes(written(sales, [create(number) for number in range(100)])) == {"done": list(range(100))}
    results = written(sales, [create(number) for number in range(100, 200)])
    assert outcomes(results) == {"ambiguous": list(range(100, 200))}
    assert len(sandbox.effects(entity_set="accounts", kind="created")) == len(stored(sandbox)) == 200


def test_rows_upserted_whose_ids_cannot_be_read_are_ambiguous(
    sandbox: Sandbox, sales: Dataverse, account_key: None
) -> None:
    sandbox.plan_faults({"match": {"method": "GET", "entity_set": "accounts"}, "action": {"status": 403}})
    assert outcomes(written(sales, [upsert(1), upsert(2)])) == {"ambiguous": [1, 2]}
    assert len(stored(sandbox)) == 2


def test_throttled_requests_land_once(sandbox: Sandbox, sales: Dataverse) -> None:
    throttled = {"status": 429, "retry_after": {"seconds": 1}}
    sandbox.plan_faults({"match": {"path": "Multiple", "nth": [1, 3]}, "action": throttled})
    results = written(sales, (create(number) for number in range(300)), lanes=2)
    assert outcomes(results) == {"done": list(range(300))}
    assert len(sandbox.effects(entity_set="accounts", kind="created")) == 300
    assert sales.session.statistics.throttled == 2


def test_parts_of_a_batch_that_are_throttled_or_deadlocked_are_sent_again(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, range(3))
    deadlock = {"status": 500, "body": {"error": {"code": "0x80044150", "message": "Deadlock."}}}
    sandbox.plan_faults(
        {"match": {"operation": 0, "nth": 1}, "action": {"status": 429, "retry_after": {"seconds": 1}}},
        {"match": {"operation": 2, "nth": 1}, "action": deadlock},
    )
    states = [
        state_change("accounts", {"accountid": account_id(number)}, state=1, status=2, reference=number)
        for number in range(3)
    ]
    assert outcomes(written(sales, states)) == {"done": [0, 1, 2]}
    assert paths_written(sandbox) == ["$batch", "$batch"]


def test_a_deadlock_sends_fewer_rows(sandbox: Sandbox, sales: Dataverse) -> None:
    timeout = {"status": 500, "body": {"error": {"code": "0x80044151", "message": "SQL timeout."}}}
    sandbox.plan_faults({"match": {"path": "CreateMultiple", "nth": 1}, "action": timeout})
    assert outcomes(written(sales, [create(number) for number in range(100)])) == {"done": list(range(100))}
    assert paths_written(sandbox) == ["CreateMultiple"] * 3


def test_an_upsert_that_another_overtook_is_repeated_once(
    sandbox: Sandbox, sales: Dataverse, account_key: None
) -> None:
    overtaken = {"status": 412, "body": {"error": {"code": "0x80060892", "message": "A record exists already."}}}
    sandbox.plan_faults({"match": {"operation": "any", "nth": 1}, "action": overtaken})
    assert outcomes(written(sales, [upsert(1)])) == {"done": [1]}
    sandbox.plan_faults({"match": {"operation": "any"}, "action": overtaken})
    assert type(written(sales, [upsert(1)])[1].error) is RecordExistsError
