from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("entity_set", ["quotes", "salesorders", "invoices"])
def test_the_customer_of_a_document_becomes_active(catalogue: Any, entity_set: str) -> None:
    contact = catalogue.create("contacts", {"lastname": "Andersen (sample)"})
    assert catalogue.row("contacts", contact)["msdynce_isactivecustomer"] is False
    body = {"name": "x", "customerid_contact@odata.bind": f"/contacts({contact})"}
    document = catalogue.create(entity_set, body)
    row = catalogue.row("contacts", contact)
    assert row["msdynce_isactivecustomer"] is True
    catalogue.patch(entity_set, document, {"name": "y"}).raise_for_status()
    assert catalogue.row("contacts", contact)["versionnumber"] == row["versionnumber"]
