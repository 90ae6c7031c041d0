"""A tap of singer-sdk that follows the links and writes Singer messages to a file."""

from __future__ import annotations

import contextlib
import tempfile
from typing import Any

from measuring import report
from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BaseHATEOASPaginator

TEXTS = (
    "accountnumber",
    "modifiedon",
    "_owningbusinessunit_value",
    "name",
    "telephone1",
    "emailaddress1",
    "fax",
    "websiteurl",
    "description",
    *(
        f"address{number}_{part}"
        for number in (1, 2)
        for part in ("line1", "line2", "line3", "city", "stateorprovince", "county", "postalcode", "country")
    ),
)
WHOLE = ("versionnumber", "statecode", "numberofemployees")


class Links(BaseHATEOASPaginator):
    def get_next_url(self, response: Any) -> str | None:
        return response.json().get("@odata.nextLink")


class Accounts(RESTStream):
    name, path, primary_keys = "accounts", "/accounts", ("accountid",)
    records_jsonpath = "$.value[*]"
    schema = th.PropertiesList(
        th.Property("accountid", th.StringType, required=True),
        th.Property("creditlimit", th.NumberType),
        th.Property("transactioncurrencyid", th.ObjectType(th.Property("isocurrencycode", th.StringType))),
        *(th.Property(name, th.StringType) for name in TEXTS),
        *(th.Property(name, th.IntegerType) for name in WHOLE),
    ).to_dict()

    @property
    def url_base(self) -> str:
        return str(self.config["address"])

    def get_new_paginator(self) -> Links:
        return Links()

    def get_url_params(self, context: Any, next_page_token: Any) -> str:
        return next_page_token.query if next_page_token else ""


class BenchmarkTap(Tap):
    name = "tap-benchmark"
    config_jsonschema = th.PropertiesList(th.Property("address", th.StringType, required=True)).to_dict()

    def discover_streams(self) -> list[Accounts]:
        return [Accounts(self)]


def read(address: str) -> int:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        with contextlib.redirect_stdout(messages):
            BenchmarkTap(config={"address": address}).sync_all()
        messages.seek(0)
        return sum(line.startswith('{"type":"RECORD"') for line in messages)


if __name__ == "__main__":
    report(read)
