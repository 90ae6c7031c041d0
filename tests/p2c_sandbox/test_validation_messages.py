from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from p2c_sandbox.control_bodies import FaultPlansBody
from p2c_sandbox.settings import Settings
from p2c_sandbox.validation_messages import sentences


def complaints(model: type[BaseModel], content: Any) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(content)
    return sentences(raised.value, model)


def test_an_unknown_member_is_named_with_those_that_are_known() -> None:
    found = complaints(Settings, {"entra": {"lifetime": 1}})
    assert found == ["entra.lifetime: unknown member; known are certificate, token_lifetime_seconds"]


def test_members_inside_a_list_are_named_by_their_place() -> None:
    found = complaints(FaultPlansBody, {"plans": [{"action": {"status": 500}}, {"action": {"stauts": 500}}]})
    assert found[0].startswith("plans.1.action.stauts: unknown member; known are body, ")


def test_a_wrong_value_is_named_with_what_is_wrong() -> None:
    found = complaints(Settings, {"finance_operations": {"page_size": 0}})
    assert found == ["finance_operations.page_size: Input should be greater than or equal to 1"]
