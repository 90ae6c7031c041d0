"""A small product catalogue in an otherwise empty Sales, and the short words its tests are written in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import requests
from fixtures.sandbox import Sandbox

decode = msgspec.json.Decoder(float_hook=Decimal).decode
ISO = {"usd": "USD", "eur": "EUR"}


def named(name: str) -> str:
    """A GUID that stands for a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@dataclass
class Catalogue:
    """Sales with currencies usd and eur, unit group `units` (each, box), `other` (hour), a price list and a product."""

    sandbox: Sandbox

    def post(self, entity_set: str, values: Mapping[str, Any]) -> requests.Response:
        answer: requests.Response = self.sandbox.sales.post(entity_set, json=values)
        return answer

    def create(self, entity_set: str, values: Mapping[str, Any]) -> str:
        """The id of a new row."""
        answer = self.post(entity_set, values)
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    def patch(self, entity_set: str, identifier: str, values: Mapping[str, Any]) -> requests.Response:
        answer: requests.Response = self.sandbox.sales.patch(f"{entity_set}({identifier})", json=values)
        return answer

    def row(self, entity_set: str, identifier: str) -> dict[str, Any]:
        """A row as Sales shows it, numbers with a fraction as Decimal."""
        found: dict[str, Any] = decode(self.sandbox.sales.get(f"{entity_set}({identifier})").content)
        return found

    def product(self, number: str = "D0001", **values: Any) -> dict[str, Any]:
        """The body of a product."""
        return {
            "name": f"Product {number}",
            "productnumber": number,
            "quantitydecimal": 0,
            "defaultuomscheduleid@odata.bind": f"/uomschedules({named('units')})",
            "defaultuomid@odata.bind": f"/uoms({named('each')})",
            "transactioncurrencyid@odata.bind": f"/transactioncurrencies({named('usd')})",
            **values,
        }

    def active_product(self, number: str = "D0001", **values: Any) -> str:
        """The id of a new product that can be sold."""
        identifier = self.create("products", self.product(number, **values))
        self.patch("products", identifier, {"statecode": 0}).raise_for_status()
        return identifier

    def price(self, product: str, amount: float, unit: str = "each", **values: Any) -> requests.Response:
        """Put a product on the price list."""
        body = {
            "pricelevelid@odata.bind": f"/pricelevels({named('list')})",
            "productid@odata.bind": f"/products({product})",
            "uomid@odata.bind": f"/uoms({named(unit)})",
            "amount": amount,
            **values,
        }
        return self.post("productpricelevels", body)

    def quote(self, **values: Any) -> str:
        """The id of a new draft on the price list, for account `customer`."""
        body = {
            "name": "6 orders",
            "customerid_account@odata.bind": f"/accounts({named('customer')})",
            "pricelevelid@odata.bind": f"/pricelevels({named('list')})",
            "transactioncurrencyid@odata.bind": f"/transactioncurrencies({named('usd')})",
            **values,
        }
        return self.create("quotes", body)

    def line(self, quote: str, product: str, quantity: float = 1, **values: Any) -> dict[str, Any]:
        """The body of a line."""
        return {
            "quoteid@odata.bind": f"/quotes({quote})",
            "productid@odata.bind": f"/products({product})",
            "uomid@odata.bind": f"/uoms({named('each')})",
            "quantity": quantity,
            **values,
        }


@pytest.fixture
def catalogue(sandbox: Sandbox) -> Catalogue:
    """A catalogue whose rows are put past the rules."""
    put = sandbox.put_rows
    put("sales", "organizations", {"organizationid": named("organization"), "discountcalculationmethod": 0})
    for name, code in ISO.items():
        put("sales", "transactioncurrencies", {"transactioncurrencyid": named(name), "isocurrencycode": code})
    groups = {"units": ("each", "box"), "other": ("hour",)}
    for group, units in groups.items():
        put("sales", "uomschedules", {"uomscheduleid": named(group), "name": group, "baseuomname": units[0]})
        for unit in units:
            put("sales", "uoms", {"uomid": named(unit), "name": unit, "_uomscheduleid_value": named(group)})
    currency = {"_transactioncurrencyid_value": named("usd")}
    put("sales", "pricelevels", {"pricelevelid": named("list"), "name": "CRM Service USA (sample)", **currency})
    put("sales", "accounts", {"accountid": named("customer"), "name": "Fourth Coffee (sample)"})
    return Catalogue(sandbox)
