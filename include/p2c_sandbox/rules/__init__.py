"""Business rules of the two systems, by entity set: what they check, default and issue on a write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from p2c_sandbox.settings import FinanceOperationsSettings
from p2c_sandbox.store import Transaction


@dataclass(frozen=True)
class Context:
    """The transaction a write belongs to, the company it is for ("" where a system has none), and F&O's settings."""

    transaction: Transaction
    company: str = ""
    settings: FinanceOperationsSettings = field(default_factory=FinanceOperationsSettings)


@dataclass(frozen=True)
class Finding:
    """One reason against a write: the text the system shows, the field it blames, the code it answers with."""

    text: str
    field: str | None = None
    code: str | None = None


class RuleViolation(Exception):
    """A write that breaks rules; every finding is told."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Ignored:
    """Fields of an update that the system accepts and does not write, with the values it was sent."""

    values: Mapping[str, Any] = field(default_factory=dict)


class Rules(Protocol):
    """Rules of one entity set. Both methods may raise RuleViolation."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Check the values of a new row; default and issue others in place."""

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Check changes to a row; take out of them in place what the system does not write."""


@runtime_checkable
class Following(Protocol):
    """Rules that write elsewhere what follows from a write, for example a quote's totals from its lines."""

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Called when a row was created or updated, within its transaction."""


@runtime_checkable
class Guarding(Protocol):
    """Rules that may forbid a deletion by RuleViolation."""

    def delete(self, context: Context, row: Mapping[str, Any]) -> None:
        """Called before a row is deleted, within its transaction."""
