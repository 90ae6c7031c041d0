"""How the keys of both sides and the ledger may disagree."""

from __future__ import annotations

from enum import StrEnum


class Discrepancy(StrEnum):
    """One way in which they do."""

    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"
    GONE = "gone"
    NEVER_READ = "never read"
    NOT_OURS = "not ours"
