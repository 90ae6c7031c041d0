"""Refusals of Sales with their error codes. Source: Microsoft docs: Web service error codes (Dataverse).

Codes marked unconfirmed are our choice: the table of codes does not tell which one the platform answers with.
"""

from __future__ import annotations

from typing import NoReturn

from p2c_sandbox.rules import Finding, RuleViolation

ASSOCIATED_WITH_OTHERS = "0x80040227"
DUPLICATE_RECORD = "0x80040237"
INVALID_STATUS = "0x80048408"
PRODUCT_NUMBER_EXISTS = "0x80043b06"
PRODUCT_MISSING_UNIT_GROUP = "0x80043b13"
PRODUCT_INVALID_UNIT = "0x80043b14"
PRODUCT_DRAFT_TO_RETIRED = "0x8004f978"
PRODUCT_ACTIVE_TO_DRAFT = "0x8004f912"
PRODUCT_TO_REVISED = "0x8004f913"
PRODUCT_RETIRED_TO_DRAFT = "0x8004f979"
PRICE_LIST_ITEM_EXISTS = "0x80043b08"
RETIRED_PRODUCT_ON_PRICE_LIST = "0x80061009"
UNIT_GROUP_WITHOUT_BASE_UNIT = "0x80043810"
CURRENCY_NOT_THAT_OF_PRICE_LIST = "0x80048cee"
CURRENCY_OF_QUOTE_WITH_PRODUCTS = "0x8004480e"
QUOTE_REVISED_ALREADY = "0x80048d00"
# unconfirmed: InvalidArgument stands for them
QUOTE_NOT_DRAFT = QUOTE_WRONG_STATE = MISSING_VALUE = INVALID_VALUE = "0x80040203"


def refuse(code: str, text: str, field: str | None = None) -> NoReturn:
    """Refuse a write, blaming a column."""
    raise RuleViolation(Finding(text, field, code))
