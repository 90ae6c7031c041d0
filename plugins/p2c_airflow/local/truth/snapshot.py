"""Both systems as they stand, read once by plain OData."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from p2c.site import Site
from p2c.site_settings import Organization
from p2c_airflow.local.systems import Row, Systems


class Snapshot:
    """Rows of both systems, each entity set read when first asked for."""

    def __init__(self, systems: Systems, site: Site) -> None:
        self.site = site
        self.systems = systems
        self.sales = cache(systems.sales_rows)
        self.finance = cache(systems.finance_rows)

    def company(self, organization: str) -> str:
        """The legal entity of an organization."""
        return self.site.organization(organization).legal_entity

    def accounts(self, organization: str) -> Iterator[Row]:
        """The Sales accounts of an organization's business units."""
        return self._of(organization, self.sales("accounts?$expand=transactioncurrencyid($select=isocurrencycode)"))

    def contacts(self, organization: str) -> Iterator[Row]:
        """The Sales contacts whose company, or else whose owner, belongs to an organization."""
        return self._of(organization, self.sales("contacts?$expand=transactioncurrencyid($select=isocurrencycode)"))

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
    def _accounts_by_id(self) -> dict[str, Row]:
        query = "accounts?$expand=transactioncurrencyid($select=isocurrencycode)"
        return {row["accountid"]: row for row in self.sales(query)}
