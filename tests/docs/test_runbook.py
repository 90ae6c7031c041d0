"""The runbook knows every alert, every error and every reason of a row."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import p2c.errors
from p2c.alerts import AlertKind
from p2c.errors import IntegrationError

ROOT = Path(__file__).parents[2]
CORE = ROOT / "include" / "p2c"
PAGE = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
#: Each line of a table: its code, the cause, what to do.
LINES = {code: (cause, remedy) for code, cause, remedy in re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", PAGE, re.M)}
ERRORS = [
    name
    for name, found in inspect.getmembers(p2c.errors, inspect.isclass)
    if issubclass(found, IntegrationError) and found is not IntegrationError
]


def reason_codes() -> Iterator[str]:
    """The codes with which the core makes reasons, by the calls themselves."""
    for path in CORE.rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id == "Reason" and call.args:
                yield from codes_of(call.args[0], path)


def codes_of(argument: ast.expr, path: Path) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.Name) and argument.id.isupper():
        module = ".".join(path.relative_to(CORE.parent).with_suffix("").parts)
        yield str(getattr(importlib.import_module(module), argument.id))


def test_the_codes_are_found() -> None:
    assert {"too_long", "duplicate_key", "reference", "parent", "refused", "not_ours"} <= set(reason_codes())


@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_has_a_cause_and_what_to_do(kind: AlertKind) -> None:
    assert all(LINES[str(kind)])


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_a_cause_and_what_to_do(error: str) -> None:
    assert all(LINES[error])


@pytest.mark.parametrize("code", sorted(set(reason_codes())))
def test_every_reason_of_a_row_is_explained(code: str) -> None:
    assert f"`{code}`" in PAGE


def test_no_line_is_about_an_error_that_is_gone() -> None:
    named = {code for code in LINES if code.endswith("Error")}
    assert named == set(ERRORS)
