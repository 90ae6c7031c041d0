"""A destination key as the ledger holds it: its values, the integration key first, in one text."""

from __future__ import annotations

from collections.abc import Sequence

SEPARATOR = "|"
_ESCAPES = {"%": "%25", SEPARATOR: "%7C"}


def joined_key(values: Sequence[str]) -> str:
    """The values as one text; a single value stands as it is."""
    return values[0] if len(values) == 1 else SEPARATOR.join(_escaped(value) for value in values)


def split_key(text: str, parts: int) -> tuple[str, ...]:
    """The values of a key of so many ``parts``; raises ValueError for a text that holds another number of them."""
    if parts == 1:
        return (text,)
    values = tuple(_plain(value) for value in text.split(SEPARATOR))
    if len(values) != parts:
        raise ValueError(f"{text!r} is no key of {parts} values.")
    return values


def _escaped(value: str) -> str:
    for character, escape in _ESCAPES.items():
        value = value.replace(character, escape)
    return value


def _plain(value: str) -> str:
    for character, escape in reversed(_ESCAPES.items()):
        value = value.replace(escape, character)
    return value
