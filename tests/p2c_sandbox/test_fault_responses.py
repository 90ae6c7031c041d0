from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

from p2c_sandbox.fault_responses import default_error, faulted_response, kill, operation_response, planned_response
from p2c_sandbox.faults import Action
from p2c_sandbox.messages import Response

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
REAL = Response(200, b"real", {"etag": "1"})


def test_a_reset_sends_no_answer() -> None:
    assert faulted_response(Action(reset=True), "sales", None, NOW) is None


def test_a_planned_status_takes_the_place_of_the_real_answer() -> None:
    answer = faulted_response(Action(status=503, headers={"x-reason": "maintenance"}), "sales", REAL, NOW)
    assert answer is not None
    assert (answer.status, answer.headers["x-reason"]) == (503, "maintenance")


def test_an_action_without_status_keeps_the_real_answer() -> None:
    answer = faulted_response(Action(delay_seconds=0.1, headers={"x-slow": "yes"}), "sales", REAL, NOW)
    assert answer == Response(200, b"real", {"etag": "1", "x-slow": "yes"})


def test_a_login_page_comes_as_html_with_status_200() -> None:
    answer = faulted_response(Action(html=True), "sales", None, NOW)
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_the_real_answer_may_be_rewritten() -> None:
    rewrites = ({"find": "ea", "by": "{url}"}, {"find": "(r)(.*)(l)", "by": r"\3\2\1"})
    answer = faulted_response(Action.model_validate({"rewrite": rewrites}), "sales", REAL, NOW, "http://here/")
    assert answer is not None
    assert answer.body == b"lhttp://here/r"


def test_a_text_body_is_sent_as_text() -> None:
    answer = planned_response(Action(status=502, body="Bad Gateway"), "sales", 502, NOW)
    assert (answer.body, answer.headers["content-type"]) == (b"Bad Gateway", "text/plain; charset=utf-8")


def test_an_object_body_is_sent_as_json() -> None:
    answer = planned_response(Action(status=400, body={"error": {"code": "0x1"}}), "sales", 400, NOW)
    assert json.loads(answer.body) == {"error": {"code": "0x1"}}


def test_throttling_has_each_system_s_own_body() -> None:
    assert default_error("sales", 429)["error"]["code"] == "0x80072322"
    assert "high resource utilization" in default_error("finance_operations", 429)["error"]["message"]


def test_an_operation_without_a_plan_has_the_real_answer() -> None:
    assert operation_response(None, "sales") is None
    assert operation_response(Action(headers={"a": "b"}), "sales") is None


def test_an_operation_with_a_planned_status_has_that() -> None:
    answer = operation_response(Action(status=429), "sales")
    assert answer is not None
    assert answer.status == 429


def test_a_process_is_killed_and_one_that_is_gone_is_no_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    action = Action.model_validate({"kill": {"pid": process.pid}})
    kill(action, "arrival")
    assert process.wait(10) == -9
    kill(action, "arrival")


def test_a_process_lives_until_its_moment() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    action = Action.model_validate({"kill": {"pid": process.pid, "moment": "sent"}})
    kill(action, "arrival")
    assert process.poll() is None
    kill(action, "sent")
    assert process.wait(10) == -9


def test_an_operation_s_retry_after_counts_from_now() -> None:
    action = Action.model_validate({"status": 429, "retry_after": {"seconds": 60, "form": "http-date"}})
    answer = operation_response(action, "sales", NOW)
    assert answer is not None
    assert answer.headers["Retry-After"] == "Thu, 05 Mar 2026 10:01:00 GMT"
