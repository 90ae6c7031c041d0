"""Microsoft's client for Dataverse: `records.list_pages`. It insists on TLS, so its transport drops it on loopback."""

from __future__ import annotations

import time
from typing import Any

import requests
from azure.core.credentials import AccessToken
from measuring import API, report
from PowerPlatform.Dataverse.client import DataverseClient
from requests.adapters import HTTPAdapter


class Credential:
    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        return AccessToken("loopback", int(time.time()) + 3600)


class PlainOnLoopback(HTTPAdapter):
    """Sends https://127.0.0.1 as http: the others read without TLS too."""

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        request.url = str(request.url).replace("https://127.0.0.1", "http://127.0.0.1")
        return super().send(request, *arguments, **options)

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *rest: Any, **options: Any) -> Any:
        return super().get_connection_with_tls_context(request, *rest, **options)


def read(address: str) -> int:
    mounted = requests.Session.__init__

    def prepared(session: requests.Session) -> None:
        mounted(session)
        session.mount("https://127.0.0.1", PlainOnLoopback())

    requests.Session.__init__ = prepared
    client = DataverseClient(address.removesuffix(API).replace("http:", "https:"), Credential())
    return sum(len(page) for page in client.records.list_pages("account"))


if __name__ == "__main__":
    report(read)
