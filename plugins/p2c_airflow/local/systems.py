"""Both systems of the local stack as any client sees them: plain OData, none of the core's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from p2c_airflow.local.stack import Stack

SECONDS = 30

Row = dict[str, Any]


class Systems:
    """Reads Sales, F&O and the sandbox's journal; raises requests.RequestException."""

    def __init__(self, stack: Stack) -> None:
        self._origin = stack.ports.sandbox_url
        self._admin_token = stack.secrets.sandbox_admin_token
        form = {
            "grant_type": "client_credentials",
            "client_id": stack.secrets.client_id,
            "client_secret": stack.secrets.client_secret,
            "scope": f"{self._origin}/.default",
        }
        url = f"{self._origin}/{stack.secrets.tenant_id}/oauth2/v2.0/token"
        answer = requests.post(url, data=form, timeout=SECONDS)
        answer.raise_for_status()
        self._token = answer.json()["access_token"]

    def accounts(self) -> dict[str, Row]:
        """The accounts of Sales, by id."""
        rows = self._rows(
            f"{self._origin}/api/data/v9.2/accounts?$expand=transactioncurrencyid($select=isocurrencycode)"
        )
        return {row["accountid"]: row for row in rows}

    def customers(self, company: str) -> dict[str, Row]:
        """The customers of an F&O company, by customer account."""
        rows = self._rows(f"{self._origin}/data/CustomersV3?cross-company=true&$filter=dataAreaId eq '{company}'")
        return {row["CustomerAccount"]: row for row in rows}

    def effects(self) -> list[Row]:
        """What was created or updated among customers, as the sandbox journalled it."""
        query = "system=finance_operations&entity_set=CustomersV3"
        return list(self._get(f"{self._origin}/sandbox/journal/effects?{query}", self._admin_token))

    def _rows(self, url: str | None) -> Iterator[Row]:
        while url:
            page = self._get(url, self._token)
            yield from page["value"]
            url = page.get("@odata.nextLink")

    def _get(self, url: str, token: str) -> Any:
        answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()
