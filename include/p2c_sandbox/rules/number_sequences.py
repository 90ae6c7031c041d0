"""Number sequences of F&O: which one a company uses for a kind of number, and its next number.

A sequence that is not manual issues the number itself, whatever the client sent, unless it lets users change its
numbers. Data type names other than the customer account's are unconfirmed.
"""

from __future__ import annotations

import re

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.store import Row, key_text

SCOPE = "DataArea"


def issued_number(context: Context, data_type: str, given: str) -> str:
    """The number a new row gets: the given one if the company's sequence takes it or there is none."""
    sequence = _sequence(context, data_type)
    if sequence is None or sequence.values["Manual"] == "Yes" or (given and _takes_changes(sequence)):
        return given
    return next_number(context, sequence)


def next_number(context: Context, sequence: Row) -> str:
    """Take the next number of a sequence, in its format: `C-######` gives `C-000001`."""
    number = int(sequence.values["Next"])
    context.transaction.update(SYSTEM, "SequenceV2Tables", sequence.key, {"Next": number + 1})
    return re.sub("#+", lambda match: str(number).zfill(len(match.group())), str(sequence.values["Format"]), count=1)


def _takes_changes(sequence: Row) -> bool:
    return "Yes" in (sequence.values.get("ToAHigherNumber"), sequence.values.get("ToALowerNumber"))


def _sequence(context: Context, data_type: str) -> Row | None:
    reference = context.transaction.get(
        SYSTEM, "NumberSequencesV2References", key_text([SCOPE, context.company, data_type])
    )
    if reference is None:
        return None
    code = str(reference.values["NumberSequenceCode"])
    return context.transaction.get(SYSTEM, "SequenceV2Tables", key_text([code, SCOPE, context.company]))
