from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from p2c_sandbox.control_bodies import ClockBody


@pytest.mark.parametrize("content", [{"now": "2026-03-05T00:00:00Z"}, {"shift_seconds": -5}, {"machine": True}])
def test_the_clock_takes_one_way_of_setting_it(content: dict[str, Any]) -> None:
    assert ClockBody.model_validate(content).model_fields_set == set(content)


@pytest.mark.parametrize("content", [{}, {"shift_seconds": 1, "machine": True}])
def test_the_clock_takes_no_two_ways_and_not_none(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give exactly one of now, shift_seconds and machine"):
        ClockBody.model_validate(content)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        ClockBody.model_validate({"now": "2026-03-05T00:00:00"})
