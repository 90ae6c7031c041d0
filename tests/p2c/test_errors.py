from __future__ import annotations

import inspect
import re

import pytest

from p2c import errors
from p2c.errors import (
    AmbiguousError,
    CircuitBreakerError,
    ConfigurationError,
    Evidence,
    IntegrationError,
    LeaseHeldError,
    RequestRefusedError,
    StagingError,
    ThrottledError,
    TransientError,
    unknown,
)


def drawn_tree() -> dict[str, str]:
    """Each error of the module docstring with its parent, read from the indentation."""
    path: list[tuple[int, str]] = []
    parents: dict[str, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([│├└─ ]*)(\w+Error)\b", line)
        if found is None:
            continue
        depth = len(found[1])
        path = [(level, name) for level, name in path if level < depth]
        if path:
            parents[found[2]] = path[-1][1]
        path.append((depth, found[2]))
        if "decision" in line or line.startswith("="):
            break
    return parents


def declared_tree() -> dict[str, str]:
    classes = inspect.getmembers(errors, inspect.isclass)
    return {
        name: kind.__base__.__name__
        for name, kind in classes
        if issubclass(kind, IntegrationError) and kind is not IntegrationError
    }


def test_the_tree_is_the_one_its_docstring_draws() -> None:
    assert drawn_tree() == declared_tree()


def test_the_decision_table_has_a_line_for_every_error_below_the_root() -> None:
    table = (errors.__doc__ or "").partition("raised  ")[2]
    children = [name for name, parent in declared_tree().items() if parent == "IntegrationError"]
    assert [name for name in children if name not in table] == []


def test_an_error_states_its_message_and_its_evidence() -> None:
    evidence = Evidence(method="GET", url="https://sales/accounts", status=403, code="0x80", request_id="r-1")
    error = ConfigurationError("No privilege.", evidence=evidence)
    assert str(error) == "No privilege. [GET https://sales/accounts; status 403; code 0x80; request id r-1]"


def test_an_error_without_evidence_is_its_message_alone() -> None:
    assert str(StagingError("The part is cut short.")) == "The part is cut short."


def test_a_throttled_error_carries_the_pause_in_seconds() -> None:
    assert ThrottledError("Wait.", retry_after=90).retry_after == 90


def test_two_errors_with_one_message_are_two_errors() -> None:
    assert AmbiguousError("No answer.") != AmbiguousError("No answer.")


@pytest.mark.parametrize("kind", [LeaseHeldError, CircuitBreakerError, RequestRefusedError, TransientError])
def test_every_error_is_caught_as_an_integration_error(kind: type[IntegrationError]) -> None:
    with pytest.raises(IntegrationError, match="text"):
        raise kind("text")


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    assert unknown("field", "nmae", ["name", "fax"]) == "Unknown field 'nmae'; did you mean 'name'?"


def test_an_unknown_name_near_to_none_is_answered_with_all() -> None:
    assert unknown("flow", "x", ["products", "accounts"]) == "Unknown flow 'x'; known: accounts, products."


def test_an_unknown_name_among_none_says_so() -> None:
    assert unknown("value map", "x", []) == "Unknown value map 'x'; known: none."


def test_of_many_known_names_twenty_are_listed() -> None:
    text = unknown("field", "?", [f"field{number:02}" for number in range(30)])
    assert "field19, ..." in text
    assert "field20" not in text
