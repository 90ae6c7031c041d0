"""Rules of Sales contacts: the full name is the platform's, made of the first and last name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Ignored

_PARTS = ("firstname", "lastname")


class Contacts:
    """What Dataverse does to contacts on its own."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        """Name the contact."""
        values["fullname"] = _full_name(values)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        """Name the contact anew if a part of its name changes; a full name sent is passed over."""
        changes.pop("fullname", None)
        if not changes.keys().isdisjoint(_PARTS):
            changes["fullname"] = _full_name({**current, **changes})
        return Ignored()


def _full_name(values: Mapping[str, Any]) -> str | None:
    return " ".join(str(values[part]) for part in _PARTS if values.get(part)) or None
