"""What a check finds, and where findings are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error stops a run or a row for certain; a warning may concern single rows."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One mistake. ``flow`` is empty where it concerns the whole of ``site.toml``; ``place`` is where to mend it."""

    severity: Severity
    flow: str
    place: str
    message: str

    def __str__(self) -> str:
        """Render the finding on one line."""
        return f"{self.severity}: {self.place}: {self.message}"


@dataclass
class Report:
    """Findings about one flow, each kept once."""

    flow: str
    _findings: dict[Finding, None] = field(default_factory=dict)

    def error(self, place: str, message: str) -> None:
        """Note what has to be mended before a run."""
        self._findings[Finding(Severity.ERROR, self.flow, place, message)] = None

    def warning(self, place: str, message: str) -> None:
        """Note what a person should know."""
        self._findings[Finding(Severity.WARNING, self.flow, place, message)] = None

    @property
    def findings(self) -> list[Finding]:
        """All findings, in the order they were made."""
        return list(self._findings)
