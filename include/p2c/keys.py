"""How integration keys and other ids are compared."""

from __future__ import annotations

import unicodedata


def normalised(key: str) -> str:
    """The form in which two keys are the same: composed Unicode, no surrounding blanks, no case."""
    if key.isascii():  # most are, and for them this is the same
        return key.strip().lower()
    return unicodedata.normalize("NFC", key).strip().casefold()
