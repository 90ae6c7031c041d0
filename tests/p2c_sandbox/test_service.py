from __future__ import annotations

from pathlib import Path

from p2c_sandbox.credentials import load_credentials
from p2c_sandbox.faults import Action, FaultPlan, Match
from p2c_sandbox.messages import Request
from p2c_sandbox.service import open_service


def test_a_fault_is_planned_for_one_operation_of_a_batch(tmp_path: Path) -> None:
    service = open_service(tmp_path / "state", load_credentials(tmp_path / "credentials", {}), {})
    service.faults.add([FaultPlan(match=Match(operation=1), action=Action(status=500))])
    requests = [Request("POST", "/data/CustomersV3", "", {}, b"", "http://x", 1, number) for number in range(3)]
    found = [service.operation_fault("finance_operations", request, "CustomersV3") for request in requests]
    service.store.close()
    assert [action.status if action else None for action in found] == [None, 500, None]
