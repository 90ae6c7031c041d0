"""The global address book of F&O: one party for each person or organization, whatever it is to how many companies.

A row that names a known party belongs to it; one that names none, or a number not known, makes a new party. So a person
sent twice without a party number is there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.number_sequences import issued_number
from p2c_sandbox.rules.references import SYSTEM, referenced
from p2c_sandbox.store import key_text

PARTIES = "CDSParties"
PARTY_NUMBER = "DirPartyNumber"
PERSON, ORGANIZATION = "Person", "Organization"


def party_number(context: Context, given: str) -> str:
    """The number of a new row's party: the given one if that party exists or the sequence takes it."""
    if given and referenced(context, PARTIES, given, shared=True):
        return given
    return issued_number(context, PARTY_NUMBER, given)


def check_party(context: Context, number: str, party_type: str, field: str) -> Iterator[Finding]:
    """A person cannot belong to the party of an organization, nor the reverse."""
    party = referenced(context, PARTIES, number, shared=True) if number else None
    if party is not None and party.values.get("PartyType", party_type) != party_type:
        yield Finding(f"Party '{number}' is of type '{party.values['PartyType']}', not '{party_type}'.", field)


def keep_party(context: Context, number: str, party_type: str, fields: Mapping[str, Any]) -> None:
    """Add the party, or bring its fields to what one of its roles was given."""
    if not number:
        return
    party = referenced(context, PARTIES, number, shared=True)
    if party is None:
        values = {"PartyNumber": number, "PartyType": party_type, **fields}
        context.transaction.insert(SYSTEM, PARTIES, key_text([number]), values)
        return
    changes = {name: value for name, value in fields.items() if value != party.values.get(name)}
    if changes:
        context.transaction.update(SYSTEM, PARTIES, party.key, changes)
