"""What a seller does in Dynamics 365 Sales, through its Web API."""

from __future__ import annotations

from typing import Any

from p2c_airflow.local.systems import Row, Systems

ACTIVE, WON = {"statecode": 1, "statuscode": 2}, 4


class Seller:
    """A member of a business unit's team: what the seller enters belongs to that unit."""

    def __init__(self, systems: Systems, business_unit: str) -> None:
        self._systems = systems
        self._owner = self._bound("teams", "teamid", "name", business_unit)

    def enter_account(self, number: str, name: str) -> Row:
        """A new account with an address."""
        body = {
            "accountnumber": number,
            "name": name,
            "telephone1": "425-555-0100",
            "address1_line1": "1 Harbor Street",
            "address1_city": "Seattle",
            "address1_stateorprovince": "Washington",
            "address1_postalcode": "98101",
            "address1_country": "United States",
            "ownerid@odata.bind": self._owner,
            "transactioncurrencyid@odata.bind": self._bound(
                "transactioncurrencies", "transactioncurrencyid", "isocurrencycode", "USD"
            ),
        }
        return self._systems.write_sales("POST", "accounts", body)

    def enter_contact(self, account: Row, first_name: str, last_name: str) -> Row:
        """A new contact of an account; the system gives it a number."""
        body = {
            "firstname": first_name,
            "lastname": last_name,
            "emailaddress1": f"{first_name.lower()}@example.com",
            "parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})",
            "ownerid@odata.bind": self._owner,
        }
        return self._systems.write_sales("POST", "contacts", body)

    def change_account(self, account: Row, **columns: Any) -> None:
        """Other values in columns of an account."""
        self._systems.write_sales("PATCH", f"accounts({account['accountid']})", columns)

    def draft_quote(self, name: str, customer: str, products: dict[str, int]) -> Row:
        """A draft for a customer, `/accounts(…)` or `/contacts(…)`, with a line for each product number."""
        table = customer.strip("/").partition("s(")[0]
        body = {
            "name": name,
            f"customerid_{table}@odata.bind": customer,
            "pricelevelid@odata.bind": self._bound("pricelevels", "pricelevelid", "name", "CRM Service USA (sample)"),
            "ownerid@odata.bind": self._owner,
            "requestdeliveryby": "2027-03-01T05:00:00Z",
        }
        quote = self._systems.write_sales("POST", "quotes", body)
        for number, quantity in products.items():
            self.add_line(quote, number, quantity)
        return quote

    def add_line(self, quote: Row, product: str, quantity: int) -> None:
        """One more product on a draft, in the unit in which it is sold."""
        [row] = self._systems.sales_rows(f"products?$filter=productnumber eq '{product}'")
        body = {
            "quoteid@odata.bind": f"/quotes({quote['quoteid']})",
            "productid@odata.bind": f"/products({row['productid']})",
            "uomid@odata.bind": f"/uoms({row['_defaultuomid_value']})",
            "quantity": quantity,
        }
        self._systems.write_sales("POST", "quotedetails", body)

    def lines(self, quote: Row) -> list[Row]:
        """The lines of a quote, in their order."""
        query = f"quotedetails?$filter=_quoteid_value eq {quote['quoteid']}&$orderby=lineitemnumber"
        return self._systems.sales_rows(query)

    def remove_line(self, line: Row) -> None:
        """Delete a line of a draft."""
        self._systems.write_sales("DELETE", f"quotedetails({line['quotedetailid']})")

    def activate(self, quote: Row) -> None:
        """Make a draft active: the customer has it now."""
        self._systems.write_sales("PATCH", f"quotes({quote['quoteid']})", ACTIVE)

    def win(self, quote: Row) -> None:
        """Close an active quote as won."""
        closing = {"subject": "Won", "quoteid@odata.bind": f"/quotes({quote['quoteid']})"}
        self._systems.write_sales("POST", "WinQuote", {"Status": WON, "QuoteClose": closing})

    def revise(self, quote: Row) -> Row:
        """Close an active quote as revised; returns the new draft, which has its lines."""
        return self._systems.write_sales(
            "POST", "ReviseQuote", {"QuoteId": quote["quoteid"], "ColumnSet": {"AllColumns": True}}
        )

    def _bound(self, entity_set: str, identifier: str, column: str, value: str) -> str:
        """The reference to the row with that value."""
        [row] = self._systems.sales_rows(f"{entity_set}?$filter={column} eq '{value}'")
        return f"/{entity_set}({row[identifier]})"
