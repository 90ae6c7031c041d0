"""All rows of a generated data set, one by one, in an order in which each refers to earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from p2c_sandbox.generator.accounts import account
from p2c_sandbox.generator.companies import reference_data
from p2c_sandbox.generator.contacts import contact
from p2c_sandbox.generator.products import product_rows
from p2c_sandbox.generator.quotes import quote_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.settings import System

GeneratedRow = tuple[System, str, dict[str, Any]]


def generated_rows(size: Size) -> Iterator[GeneratedRow]:
    """Reference data of the demo, then products, accounts, contacts and quotes: (system, entity set, row)."""
    for system, entity_sets in reference_data().items():
        for entity_set, rows in entity_sets.items():
            for row in rows:
                yield system, entity_set, row
    for number in range(size.products):
        yield from product_rows(size, number)
    for number in range(size.accounts):
        yield "sales", "accounts", account(size, number)
    for number in range(size.contacts):
        yield "sales", "contacts", contact(size, number)
    for number in range(size.quotes):
        yield from quote_rows(size, number)
