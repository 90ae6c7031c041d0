"""What an environment says of itself and of who asks.

Sources: Microsoft docs, "WhoAmI function"; "Open Data Protocol (OData)", cross-company behaviour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError
from p2c.systems.odata.decode import decode_record
from p2c.systems.odata.paging import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from p2c.systems.odata.query import Row
    from p2c.systems.odata.session import ODataSession

COMPANY = "dataAreaId"
#: A set of F&O that holds rows in every company.
PER_COMPANY = "CustomerGroups"
#: The table in which dual-write keeps the companies of F&O (Microsoft docs, "Company concept in Dataverse").
COMPANIES_OF_DUAL_WRITE, COMPANY_ID = "cdm_companies", "cdm_companyid"
NOT_FOUND = 404


def organization_id(session: ODataSession) -> str:
    """The id of the Dataverse environment, which it calls its organization."""
    response = session.request("GET", "WhoAmI", repeatable=True)
    return (decode_record(response.body, ("OrganizationId",))["OrganizationId"] or "").lower()


def default_company(session: ODataSession) -> str:
    """The default company of our user in F&O, which confines a read without `cross-company`; "" if none."""
    rows = first_rows(session, PER_COMPANY, COMPANY, cross_company=False)
    return (rows[0][COMPANY] or "").lower() if rows else ""


def dual_write_companies(session: ODataSession) -> bool | None:
    """Whether dual-write has brought companies of F&O to Sales; None where its tables are not installed."""
    try:
        return bool(first_rows(session, COMPANIES_OF_DUAL_WRITE, COMPANY_ID, cross_company=False))
    except ConfigurationError as error:
        if error.evidence.status == NOT_FOUND:
            return None
        raise


def first_rows(session: ODataSession, entity_set: str, column: str, *, cross_company: bool) -> Sequence[Row]:
    """One row of an entity set, or none where there is none; raises IntegrationError without the right to read it."""
    parameters = {"$select": column, "$top": "1"} | ({"cross-company": "true"} if cross_company else {})
    return read_rows(session, entity_set, (column,), params=parameters).rows
