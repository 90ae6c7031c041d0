from __future__ import annotations

from p2c.check import check_offline
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS_TO_CUSTOMERS

FLOWS = {"accounts": ACCOUNTS, "contacts_to_customers": CONTACTS_TO_CUSTOMERS}


def shared(site, *types: str) -> list[str]:
    """What is wrong with a field that both flows to customers add, each by its own type of column."""
    sources = ("numberofemployees", "numberofchildren")
    fields = [{"CreditRating": {"source": s, "type": t}} for s, t in zip(sources, types, strict=True)]
    flows = dict(zip(FLOWS, ({"fields": changes} for changes in fields), strict=True))
    found = check_offline(site(flows=flows), FLOWS)
    return [str(finding) for finding in found if finding.severity == "error"]


def test_a_column_of_two_flows_is_of_one_type(site) -> None:
    assert shared(site, "text", "text") == []
    assert shared(site, "text", "integer") == [
        "error: CDS Account: Custom_CreditRating is text for accounts and integer for contacts_to_customers; "
        "state one type for both."
    ]
