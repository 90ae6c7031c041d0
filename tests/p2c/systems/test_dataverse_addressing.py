from __future__ import annotations

import pytest
from fixtures.dataverse_accounts import account_id, create, operation, put_accounts, update, upsert
from fixtures.sandbox import Sandbox

from p2c.errors import RecordNotFoundError, RequestRefusedError
from p2c.systems.dataverse import Dataverse
from p2c.systems.dataverse_addressing import Addressing
from p2c.systems.odata.operations import Operation, Result


@pytest.fixture
def addressing(sales: Dataverse) -> Addressing:
    return Addressing(sales.tables, sales.rows_by_key)


def ready(addressing: Addressing, *operations: Operation) -> list[tuple[str, dict[str, str]]]:
    found = addressing.addressed(operations)
    return [(each.kind, dict(each.key)) for each in found if isinstance(each, Operation)]


def refusals(addressing: Addressing, *operations: Operation) -> list[Result]:
    return [each for each in addressing.addressed(operations) if isinstance(each, Result)]


def test_creates_and_ids_stay_as_they_are(sandbox: Sandbox, addressing: Addressing) -> None:
    assert addressing.addressed([create(1), update(2)]) == [create(1), update(2)]
    assert sandbox.requests_seen(entity_set="accounts") == []


def test_an_alternate_key_stays_where_it_can_be_addressed(
    sandbox: Sandbox, addressing: Addressing, account_key: None
) -> None:
    put_accounts(sandbox, [1], accountnumber="A/1")
    found = ready(addressing, upsert(2), operation("update", {"accountnumber": "A/1"}))
    assert found == [("upsert", {"accountnumber": "A2"}), ("update", {"accountid": account_id(1)})]


def test_a_column_that_is_no_key_is_searched_once_for_all(sandbox: Sandbox, addressing: Addressing) -> None:
    put_accounts(sandbox, [1, 2])
    found = ready(addressing, *(upsert(number) for number in (1, 2, 3)))
    ids = [("update", {"accountid": account_id(number)}) for number in (1, 2)]
    assert found == [*ids, ("create", {"accountnumber": "A3"})]
    assert len(sandbox.requests_seen(entity_set="accounts")) == 1


def test_an_update_of_a_row_that_is_not_there_is_refused(addressing: Addressing, sandbox: Sandbox) -> None:
    (result,) = refusals(addressing, operation("update", {"accountnumber": "A1"}))
    assert (result.outcome, type(result.error)) == ("refused", RecordNotFoundError)


def test_a_key_of_several_rows_is_refused_naming_the_first_five(sandbox: Sandbox, addressing: Addressing) -> None:
    put_accounts(sandbox, range(7), accountnumber="A1")
    (result,) = refusals(addressing, upsert(1))
    assert type(result.error) is RequestRefusedError
    assert "7 rows have this key" in result.error.message
    assert result.error.message.count("00000000-0000") == 5


def test_several_columns_that_are_no_key_are_refused(addressing: Addressing, sandbox: Sandbox) -> None:
    (result,) = refusals(addressing, operation("update", {"accountnumber": "A1", "name": "x"}))
    assert "name the row by its id" in str(result.error)
