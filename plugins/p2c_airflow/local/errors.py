"""What keeps the local stack from doing its work."""

from __future__ import annotations


class LocalStackError(Exception):
    """The local stack could not be started or used; the message says what to do."""
