"""What a preflight finds about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Not checkable is what no request can tell: a person looks."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True)
class Line:
    """One thing. ``text`` says what was found; of a failure the remedy too; else what to look at by hand.

    ``organization`` is empty where it concerns them all.
    """

    title: str
    status: Status
    text: str
    organization: str = ""

    def __str__(self) -> str:
        """Render the line."""
        place = f"{self.title} ({self.organization})" if self.organization else self.title
        return f"{self.status}: {place}: {self.text}"


def judged(title: str, mistakes: list[str], found: str, remedy: str, organization: str = "") -> Line:
    """A line that fails where there are ``mistakes``, naming the first of them and the ``remedy``."""
    if not mistakes:
        return Line(title, Status.PASSED, found, organization)
    further = f" And {len(mistakes) - MOST_MISTAKES} more." if len(mistakes) > MOST_MISTAKES else ""
    text = " ".join(mistakes[:MOST_MISTAKES]) + further
    return Line(title, Status.FAILED, f"{text} {remedy}".strip(), organization)


#: Mistakes that one line names.
MOST_MISTAKES = 8
