"""Both systems as they stand, read once by plain OData."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from p2c.site import Site
from p2c.site_settings import Organization
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.wanted import Row

CURRENCY = "$expand=transactioncurrencyid($select=isocurrencycode)"


class Snapshot:
    """Rows of both systems, each entity set read when first asked for."""

    def __init__(self, systems: Systems, site: Site) -> None:
        self.site = site
        self.systems = systems
        self.sales = cache(systems.sales_rows)
        self.finance = cache(systems.finance_rows)
        self._items = cache(self._items_of)

    def company(self, organization: str) -> str:
        """The legal entity of an organization."""
        return self.site.organization(organization).legal_entity

    def accounts(self, organization: str) -> Iterator[Row]:
        """The Sales accounts of an organization's business units."""
        return self._of(organization, self.sales(f"accounts?{CURRENCY}"))

    def contacts(self, organization: str) -> Iterator[Row]:
        """The Sales contacts whose company, or else whose owner, belongs to an organization."""
        return self._of(organization, self.sales(f"contacts?{CURRENCY}"))

    def quotes(self, organization: str) -> Iterator[Row]:
        """The Sales quotes whose customer belongs to an organization."""
        of_customers = {row["accountid"] for row in self.accounts(organization)}
        of_customers |= {row["contactid"] for row in self.contacts(organization)}
        return (row for row in self.sales("quotes") if row["_customerid_value"] in of_customers)

    def lines(self, quote: str) -> list[Row]:
        """The lines of a Sales quote."""
        return [row for row in self.sales("quotedetails") if row["_quoteid_value"] == quote]

    def customer(self, quote: Row) -> Row:
        """The account or contact that is a quote's customer; empty for one without a number, which F&O cannot hold."""
        found = self._customers_by_id[quote["_customerid_value"]]
        return found if found.get("accountnumber") or found.get("msdynce_contactnumber") else {}

    def currency(self, row: Row) -> str:
        """The ISO code of a row's currency."""
        return self._currencies[row["_transactioncurrencyid_value"]]

    def unit(self, identifier: str) -> str:
        """A unit of Sales as "group/unit"."""
        return self._sales_units[identifier]

    def item(self, organization: str, product: str) -> Row:
        """The released item of a product or variant."""
        return self._items(self.company(organization))[product]

    def account(self, identifier: str | None) -> Row | None:
        """A Sales account by its id."""
        return self._accounts_by_id.get(identifier or "")

    def _of(self, organization: str, rows: Iterable[Row]) -> Iterator[Row]:
        units = self._units(self.site.organization(organization))
        return (row for row in rows if self._unit(row) in units)

    def _unit(self, row: Row) -> str:
        """The business unit that decides where a row belongs: its company's before its owner's."""
        company = self.account(row.get("_parentcustomerid_value"))
        return str((company or row)["_owningbusinessunit_value"])

    def _units(self, organization: Organization) -> set[str]:
        """The organization's business units and those below them; without any named, all."""
        rows = self.sales("businessunits")
        named = organization.business_units or [row["name"] for row in rows]
        units = {row["businessunitid"] for row in rows if row["name"] in named}
        while below := {row["businessunitid"] for row in rows if row["_parentbusinessunitid_value"] in units} - units:
            units |= below
        return units

    @cached_property
    def _customers_by_id(self) -> dict[str, Row]:
        contacts = self.sales(f"contacts?{CURRENCY}")
        return {**self._accounts_by_id, **{row["contactid"]: row for row in contacts}}

    @cached_property
    def _currencies(self) -> dict[str, str]:
        rows = self.sales("transactioncurrencies")
        return {row["transactioncurrencyid"]: str(row["isocurrencycode"]) for row in rows}

    @cached_property
    def _sales_units(self) -> dict[str, str]:
        rows = self.sales("uoms?$expand=uomscheduleid($select=name)")
        return {row["uomid"]: f"{row['uomscheduleid']['name']}/{row['name']}" for row in rows}

    def _items_of(self, company: str) -> dict[str, Row]:
        released = {row["ItemNumber"]: row for row in self.finance("ReleasedProductsV2", company)}
        distinct = self.finance("CDSReleasedDistinctProducts", company)
        return {row["ProductNumber"]: released[row["ItemNumber"]] for row in distinct}

    @cached_property
    def _accounts_by_id(self) -> dict[str, Row]:
        query = f"accounts?{CURRENCY}"
        return {row["accountid"]: row for row in self.sales(query)}
