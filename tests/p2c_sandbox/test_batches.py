from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_sandbox.batches import BatchRun, failed_status, part_of, read_items
from p2c_sandbox.credentials import load_credentials
from p2c_sandbox.faults import Action, FaultPlan, Match
from p2c_sandbox.messages import Request, Response
from p2c_sandbox.multipart import BatchError, ChangeSetResponse, Operation
from p2c_sandbox.service import Service, open_service

HEADERS = {"content-type": "multipart/mixed; boundary=b"}
PART = b"--b\r\nContent-Type: application/http\r\n\r\nGET accounts HTTP/1.1\r\n\r\n\r\n"
REQUEST = Request("POST", "/data/$batch", "", HEADERS, PART * 2 + b"--b--\r\n", "http://x", 1)
OPERATION = Operation("GET", "accounts?$top=1", {}, b"")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = open_service(tmp_path / "state", load_credentials(tmp_path / "credentials", {}), {})
    yield service
    service.store.close()


def test_operations_take_numbers_and_complete_addresses(service: Service) -> None:
    run = BatchRun(service, "finance_operations", REQUEST)
    first = run.request_of(OPERATION, OPERATION.url, "/data")
    second = run.request_of(OPERATION, "/data/contacts", "/data")
    assert (first.operation, first.path, first.query) == (0, "/data/accounts", "$top=1")
    assert (second.operation, second.path) == (1, "/data/contacts")


def test_every_operation_is_journalled_at_the_end(service: Service) -> None:
    run = BatchRun(service, "finance_operations", REQUEST)
    inner = run.request_of(OPERATION, OPERATION.url, "/data")
    assert run.carry_out(inner, lambda _: Response(404)) == (Response(404), None)
    assert service.journal.requests() == []
    run.journal()
    assert [entry["status"] for entry in service.journal.requests()] == [404]


@pytest.mark.parametrize(("when", "calls"), [("before", 0), ("after", 1)])
def test_a_fault_answers_before_or_after_the_operation(service: Service, when: str, calls: int) -> None:
    action = Action.model_validate({"status": 500, "when": when})
    service.faults.add([FaultPlan(match=Match(operation=0), action=action)])
    run, called = BatchRun(service, "finance_operations", REQUEST), []

    def execute(request: Request) -> Response:
        called.append(request)
        return Response(200)

    response, spoilt = run.carry_out(run.request_of(OPERATION, OPERATION.url, "/data"), execute)
    assert len(called) == calls
    assert (spoilt or response).status == 500


def test_a_batch_may_hold_so_many_operations(service: Service) -> None:
    assert len(read_items(REQUEST, 2)) == 2
    with pytest.raises(BatchError, match="holds 2 operations; at most 1"):
        read_items(REQUEST, 1)


def test_a_failed_part_tells_its_status() -> None:
    good, bad = part_of(Response(204), "1"), part_of(Response(400), None)
    assert (failed_status(good), failed_status(bad)) == (None, 400)
    assert failed_status(ChangeSetResponse((good, bad))) == 400
