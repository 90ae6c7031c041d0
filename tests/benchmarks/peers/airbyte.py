"""Airbyte's source for Dataverse: `read` to Airbyte messages in a file."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import source_microsoft_dataverse.dataverse
import source_microsoft_dataverse.source
from measuring import API, report
from source_microsoft_dataverse.source import SourceMicrosoftDataverse


def read(address: str) -> int:
    from airbyte_cdk.entrypoint import launch
    from airbyte_cdk.sources.streams.http.requests_native_auth import TokenAuthenticator

    def signed(config: dict[str, Any]) -> TokenAuthenticator:
        return TokenAuthenticator("loopback")

    # the address of its token service is fixed
    source_microsoft_dataverse.dataverse.get_auth = source_microsoft_dataverse.source.get_auth = signed
    config = {
        "url": address.removesuffix(API),
        "tenant_id": "t",
        "client_id": "c",
        "client_secret_value": "s",
        "odata_maxpagesize": 5000,
    }
    stream = {
        "stream": {
            "name": "account",
            "json_schema": {"type": "object", "properties": {"accountid": {"type": "string"}}},
            "supported_sync_modes": ["full_refresh"],
        },
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.json" for name in ("config", "catalog", "messages")}
        files["config"].write_text(json.dumps(config), encoding="utf-8")
        files["catalog"].write_text(json.dumps({"streams": [stream]}), encoding="utf-8")
        arguments = ["read", "--config", str(files["config"]), "--catalog", str(files["catalog"])]
        with files["messages"].open("w", encoding="utf-8") as messages, contextlib.redirect_stdout(messages):
            launch(SourceMicrosoftDataverse(), arguments)
        with files["messages"].open(encoding="utf-8") as messages:
            return sum('"type": "RECORD"' in line or '"type":"RECORD"' in line for line in messages)


if __name__ == "__main__":
    report(read)
