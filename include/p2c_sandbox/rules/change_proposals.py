"""Accounts receivable parameter "Require approval of proposed changes": customer fields that finance protects.

By `ChangeProposalDataEntityBehavior` of the company's parameters an update of such a field through a data entity is
written, refused, or accepted and left as a proposal: the client sees success, the field keeps its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding, Ignored, RuleViolation
from p2c_sandbox.rules.references import referenced

_PROPERTIES = {
    "Name": ("OrganizationName", "PersonFirstName", "PersonMiddleName", "PersonLastName"),
    "CreditMax": ("CreditLimit",),
    "TaxGroup": ("SalesTaxGroup",),
    "MethodOfPayment": ("PaymentMethod",),
    "CustomerGroup": ("CustomerGroupId",),
    "TaxExemptNumber": ("TaxExemptNumber",),
    "CreditRating": ("CreditRating",),
    "PaymTermId": ("PaymentTerms",),
    "MandatoryCreditLimit": ("CreditLimitIsMandatory",),
    "InvoiceAccount": ("InvoiceAccount",),
}


def withhold_protected(context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
    """Take protected fields that would change out of `changes`, in place. RuleViolation where they are refused."""
    parameters = referenced(context, "CustomerParameters")
    if parameters is None or parameters.values["ChangeProposalIsEnabled"] != "Yes":
        return Ignored()
    behavior = parameters.values["ChangeProposalDataEntityBehavior"]
    changed = [name for name in _protected(context) if name in changes and changes[name] != current.get(name)]
    if behavior == "AllowWithoutApproval" or not changed:
        return Ignored()
    if behavior == "RejectChanges":
        text = "Field '{}' cannot be changed: changes to it require approval."
        raise RuleViolation(*(Finding(text.format(name), name) for name in changed))
    return Ignored({name: changes.pop(name) for name in changed})


def _protected(context: Context) -> list[str]:
    enabled = (
        properties
        for field, properties in _PROPERTIES.items()
        if (row := referenced(context, "CustomerChangeProposalFieldEnablements", field))
        and row.values["IsEnabled"] == "Yes"
    )
    return [name for properties in enabled for name in properties]
