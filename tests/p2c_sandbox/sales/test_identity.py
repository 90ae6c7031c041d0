from __future__ import annotations

from fixtures.sandbox import Sandbox

from p2c_sandbox.sales.identity import NO_BUSINESS_UNIT, NO_ORGANIZATION, NOBODY

IDENTIFIERS = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(4)]


def test_an_environment_without_rows_still_has_a_caller(sandbox: Sandbox) -> None:
    caller = sandbox.sales.get("WhoAmI").json()
    assert (caller["UserId"], caller["BusinessUnitId"], caller["OrganizationId"]) == (
        NOBODY,
        NO_BUSINESS_UNIT,
        NO_ORGANIZATION,
    )


def test_the_application_user_calls(sandbox: Sandbox) -> None:
    person, application, unit, organization = IDENTIFIERS
    sandbox.put_rows("sales", "businessunits", {"businessunitid": unit, "name": "Root"})
    sandbox.put_rows("sales", "organizations", {"organizationid": organization, "name": "Contoso"})
    sandbox.put_rows(
        "sales",
        "systemusers",
        {"systemuserid": person, "domainname": "person"},
        {"systemuserid": application, "domainname": "app", "applicationid": application},
    )
    caller = sandbox.sales.get("WhoAmI").json()
    assert (caller["UserId"], caller["BusinessUnitId"], caller["OrganizationId"]) == (application, unit, organization)
