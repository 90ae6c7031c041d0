from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from p2c_sandbox.faults import Action, FaultPlan, FaultPlans, Match, Target

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
CUSTOMERS = Target(
    "finance_operations", "GET", "/data/CustomersV3", "CustomersV3", query="$filter=dataAreaId eq 'usmf'"
)
OPERATION = Target("finance_operations", "POST", "/data/CustomersV3", "CustomersV3", operation=2)


def fired(match: dict[str, Any], target: Target = CUSTOMERS, times: int = 8) -> list[int]:
    """Numbers, from 1, of the requests on which a plan fires."""
    plan = FaultPlan.model_validate({"match": match, "action": {"status": 503}})
    return [number for number in range(1, times + 1) if plan.fires(target)]


@pytest.mark.parametrize(
    ("match", "numbers"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"nth": 3}, [3]),
        ({"nth": [2, 5]}, [2, 5]),
        ({"every": 3}, [3, 6]),
        ({"after": 6}, [7, 8]),
        ({"count": 2}, [1, 2]),
        ({"after": 2, "every": 2, "count": 2}, [4, 6]),
    ],
)
def test_a_plan_fires_on_the_requests_it_counts(match: dict[str, Any], numbers: list[int]) -> None:
    assert fired(match) == numbers


def test_a_probability_repeats_with_its_seed() -> None:
    match = {"probability": 0.5, "seed": 7}
    assert fired(match, times=50) == fired(match, times=50)
    assert 0 < len(fired(match, times=50)) < 50


@pytest.mark.parametrize(
    ("match", "accepted"),
    [
        ({"system": "finance_operations"}, True),
        ({"system": "sales"}, False),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"path": "Customers"}, True),
        ({"path": "^/data/Vendors"}, False),
        ({"query": "eq 'usmf'"}, True),
        ({"query": "eq 'demf'"}, False),
        ({"entity_set": "CustomersV3"}, True),
        ({"entity_set": "CustomersV2"}, False),
        ({"operation": 0}, False),
    ],
)
def test_a_match_accepts_what_all_its_members_accept(match: dict[str, Any], accepted: bool) -> None:
    assert Match.model_validate(match).accepts(CUSTOMERS) is accepted


@pytest.mark.parametrize(("operation", "accepted"), [(2, True), (1, False), ("any", True), (None, False)])
def test_an_operation_of_a_batch_is_matched_by_its_number(operation: int | str | None, accepted: bool) -> None:
    assert Match.model_validate({"operation": operation}).accepts(OPERATION) is accepted


@pytest.mark.parametrize(
    ("path", "body", "accepted"),
    [
        ("/data/CustomersV3('US-001')", b"", True),
        ("/data/CustomersV3", b'{"CustomerAccount":"US-001"}', True),
        ("/data/CustomersV3", b'{"CustomerAccount":"US-003"}', False),
    ],
)
def test_a_match_looks_for_one_of_some_texts_in_path_and_body(path: str, body: bytes, accepted: bool) -> None:
    match = Match(mentions=("US-001", "US-002"))
    assert match.accepts(Target("finance_operations", "POST", path, "CustomersV3", body=body)) is accepted


@pytest.mark.parametrize(("size", "accepted"), [(10, False), (11, True)])
def test_a_match_may_be_of_large_requests(size: int, accepted: bool) -> None:
    target = Target("sales", "POST", "/data/$batch", None, body=b"x" * size)
    assert Match(larger_than=10).accepts(target) is accepted


def test_the_first_plan_that_fires_decides_and_the_next_does_not_count() -> None:
    plans = FaultPlans()
    plans.add([FaultPlan(match=Match(nth=1), action=Action(status=code)) for code in (500, 503)])
    actions = [plans.action_for(CUSTOMERS) for _ in range(3)]
    assert [action.status if action else None for action in actions] == [500, 503, None]


def test_the_report_tells_how_often_a_plan_fired() -> None:
    plans = FaultPlans()
    plans.add([FaultPlan(match=Match(nth=2), action=Action(status=500))])
    for _ in range(3):
        plans.action_for(CUSTOMERS)
    (report,) = plans.report()
    assert (report["accepted"], report["fired"]) == (3, 1)


def test_cleared_plans_are_gone() -> None:
    plans = FaultPlans()
    plans.add([FaultPlan(action=Action(status=500))])
    plans.clear()
    assert plans.action_for(CUSTOMERS) is None


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        ({"action": {}}, "the action does nothing"),
        ({"action": {"reset": True, "cut_body_at": 1}}, "only one of reset, cut_body_at"),
        ({"action": {"retry_after": {"seconds": 1}}}, "retry_after needs a status"),
        ({"action": {"status": 500}, "match": {"path": "("}}, "not a regular expression"),
        ({"action": {"status": 500}, "match": {"query": "("}}, "not a regular expression"),
        ({"action": {"reset": True}, "match": {"operation": 1}}, "not possible for one operation"),
        ({"action": {"status": 500, "headers": {"a\r\nb": "c"}}}, "control character"),
        ({"action": {"rewrite": [{"find": "("}]}}, "not a regular expression"),
        ({"action": {"rewrite": [{"find": "a", "by": r"\1"}]}}, "not what one is replaced by"),
        ({"action": {"rewrite": [{"find": "a"}], "status": 500}}, "rewrite changes the real answer"),
        ({"action": {"kill": {"pid": 1}}}, "greater than 1"),
        ({"action": {"kill": {"pid": 9, "moment": "sent"}}, "match": {"operation": 1}}, "only 'arrival' is possible"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(plan: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        FaultPlan.model_validate(plan)


def test_retry_after_comes_in_seconds_or_as_a_date() -> None:
    retry = {"status": 429, "retry_after": {"seconds": 7}}
    assert Action.model_validate(retry).answer_headers(NOW) == {"Retry-After": "7"}
    retry["retry_after"] = {"seconds": 7, "form": "http-date"}
    assert Action.model_validate(retry).answer_headers(NOW)["Retry-After"] == "Thu, 05 Mar 2026 10:00:07 GMT"


def test_a_summary_holds_the_members_given_without_the_body() -> None:
    assert Action(status=503, body="text").summary() == '{"status":503}'


def test_a_signal_has_its_number() -> None:
    action = Action.model_validate({"kill": {"pid": 99, "signal": "SIGTERM"}})
    assert action.kill is not None
    assert action.kill.number == 15
