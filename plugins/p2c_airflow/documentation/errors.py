"""The error tree and what the steps do about it, from the module that holds it."""

from __future__ import annotations

import inspect

import p2c.errors


def errors_page() -> str:
    """The tree and the decision table of `p2c.errors`."""
    text = inspect.cleandoc(p2c.errors.__doc__ or "")
    return f"# Errors\n\n```text\n{text}\n```"
