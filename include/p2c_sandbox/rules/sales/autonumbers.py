"""Autonumbers as Dataverse shapes them, QUO-01000-X4T9ZQ. The same writes in the same order get the same numbers.

Source: Microsoft docs: Create autonumber columns.
"""

from __future__ import annotations

import string
from hashlib import sha256

from p2c_sandbox.store import Transaction

_LETTERS = string.ascii_uppercase + string.digits
_SUFFIX_LENGTH = 6


def autonumber(transaction: Transaction, prefix: str) -> str:
    """The next number: ours rises with the version counter, and its suffix follows from it."""
    return numbered(prefix, transaction.last_version() + 1)


def numbered(prefix: str, number: int) -> str:
    """The autonumber of a number."""
    digest = sha256(f"{prefix}-{number}".encode()).digest()
    suffix = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_SUFFIX_LENGTH])
    return f"{prefix}-{number:05}-{suffix}"
