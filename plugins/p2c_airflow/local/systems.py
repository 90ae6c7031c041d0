"""Both systems of the local stack as any client sees them: plain OData, none of the core's code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import requests

from p2c_airflow.local.errors import LocalStackError

if TYPE_CHECKING:
    from p2c_airflow.local.stack import Stack

SECONDS = 30
SALES = "api/data/v9.2"
FINANCE = "data"

Row = dict[str, Any]
Method = Literal["DELETE", "PATCH", "POST"]


class Systems:
    """Reads and changes Sales and F&O as their users do, and reads the sandbox's journal.

    Numbers are exact decimals. Raises LocalStackError where a system refuses, requests.RequestException without answer.
    """

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
        self._token = str(_body(requests.post(url, data=form, timeout=SECONDS))["access_token"])

    def sales_rows(self, query: str) -> list[Row]:
        """The rows of a query to Sales, all pages."""
        return list(self._rows(f"{self._origin}/{SALES}/{query}"))

    def finance_rows(self, entity_set: str, company: str = "") -> list[Row]:
        """The rows of an F&O entity set, of one company or of all."""
        chosen = f"&$filter=dataAreaId eq '{company}'" if company else ""
        return list(self._rows(f"{self._origin}/{FINANCE}/{entity_set}?cross-company=true{chosen}"))

    def write_sales(self, method: Method, path: str, body: Mapping[str, Any] | None = None) -> Row:
        """Do what a seller does; a row that is created comes back."""
        return self._write(method, f"{self._origin}/{SALES}/{path}", body)

    def write_finance(self, method: Method, path: str, body: Mapping[str, Any]) -> Row:
        """Do what a user of finance does."""
        return self._write(method, f"{self._origin}/{FINANCE}/{path}?cross-company=true", body)

    def effects(self, since: int = 0) -> list[Row]:
        """What was created, updated or deleted in both systems after the effect ``since``, as the sandbox kept it."""
        found: list[Row] = []
        while page := self._get(f"{self._origin}/sandbox/journal/effects?since={since}", self._admin_token):
            found += page
            since = page[-1]["id"]
        return found

    def _rows(self, url: str | None) -> Iterator[Row]:
        while url:
            page = self._get(url, self._token)
            yield from page["value"]
            url = page.get("@odata.nextLink")

    def _get(self, url: str, token: str) -> Any:
        return _body(requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS))

    def _write(self, method: Method, url: str, body: Mapping[str, Any] | None) -> Row:
        headers = {"Authorization": f"Bearer {self._token}", "Prefer": "return=representation"}
        response = requests.request(method, url, json=body, headers=headers, timeout=SECONDS)
        return dict(_body(response)) if response.content else _nothing(response)


def _nothing(response: requests.Response) -> Row:
    _require_success(response)
    return {}


def _body(response: requests.Response) -> Any:
    _require_success(response)
    return json.loads(response.text, parse_float=Decimal)


def _require_success(response: requests.Response) -> None:
    if not response.ok:
        request = f"{response.request.method} {response.request.path_url}"
        raise LocalStackError(f"The sandbox answered {response.status_code} to {request}: {response.text[:500]}")
