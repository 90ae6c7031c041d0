"""The accounts mapping as one would write it with pandas for this flow alone: no settings, no reasons, no resume."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import requests
from benchmarks.case import Case
from benchmarks.floors import plain_pages
from benchmarks.loopback_server import DATA
from benchmarks.measured import measured
from benchmarks.reference_rows import COMPANY

TEXTS = {
    "accountnumber": ("AccountId", 20),
    "name": ("Name", 100),
    "telephone1": ("Phone", 50),
    "emailaddress1": ("Email", 100),
    "fax": ("Fax", 50),
    "websiteurl": ("WebsiteUrl", 200),
    "description": ("Description", 2000),
}
PARTS = {
    "line1": ("AddressLine1", 250),
    "line2": ("AddressLine2", 250),
    "line3": ("AddressLine3", 250),
    "city": ("City", 60),
    "stateorprovince": ("State", 50),
    "county": ("County", 50),
    "postalcode": ("PostalCode", 20),
    "country": ("Country", 80),
}
ADDRESSES = {"address1": ("PrimaryAddress", "Address"), "address2": ("InvoiceAddress", "InvoiceAddress")}
COUNTRIES = {"usa": "US", "us": "US"}
CONSTANTS = {
    "PartyType": "Organization",
    "IsExternallyMaintained": "Yes",
    "CustomerGroupId": "10",
    "SiteId": "1",
    "WarehouseId": "13",
    "LanguageId": "en-us",
    "AddressDescription": "Business",
    "AddressLocationRoles": "Business;Delivery",
    "InvoiceAddressDescription": "Invoice",
}


def mapped(case: Case, folder: Path) -> dict[str, Any]:
    """Read, map both hops, check lengths, references and duplicates, and write three files a page."""
    figures, seen, rows = dict[str, Any](), set[str](), 0
    with measured(figures):
        states = _reference(case, "AddressStates", "State")
        countries = _reference(case, "AddressCountryRegions", "ISOcode")
        for number, page in enumerate(plain_pages(case)):
            source = pd.DataFrame(page)
            cds = _to_cds(source)
            destination = _to_destination(cds)
            verdicts = _verdicts(source, cds, destination, states, countries, seen)
            for name, frame in (("cds", cds), ("destination", destination), ("verdicts", verdicts)):
                _write(folder / f"{number:06}-{name}.parquet", frame)
            rows += len(source)
    return {**figures, "rows": rows}


def _to_cds(source: pd.DataFrame) -> pd.DataFrame:
    columns = {target: _text(source[name]) for name, (target, _) in TEXTS.items()}
    columns |= {
        "Status": source["statecode"].astype("int64[pyarrow]"),
        "NumberOfEmployees": source["numberofemployees"].astype("int64[pyarrow]"),
        "CreditLimit": source["creditlimit"].astype("string[pyarrow]").astype(pd.ArrowDtype(pa.decimal128(28, 4))),
        "CurrencyCode": pd.Series([each["isocurrencycode"] for each in source["transactioncurrencyid"]]),
    }
    for name, (target, _) in ADDRESSES.items():
        columns |= {f"{target}_{column}": _text(source[f"{name}_{part}"]) for part, (column, _) in PARTS.items()}
    return pd.DataFrame(columns)


def _text(column: pd.Series) -> pd.Series:
    return column.astype("string[pyarrow]").str.strip().replace("", None)


def _to_destination(cds: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "CustomerAccount": cds["AccountId"],
        "OrganizationName": cds["Name"],
        "PrimaryContactPhone": cds["Phone"],
        "PrimaryContactEmail": cds["Email"],
        "PrimaryContactFax": cds["Fax"],
        "PrimaryContactURL": cds["WebsiteUrl"],
        "SalesMemo": cds["Description"].str.slice(0, 1000),
        "OrganizationNumberOfEmployees": cds["NumberOfEmployees"],
        "SalesCurrencyCode": cds["CurrencyCode"].fillna("USD"),
        **CONSTANTS,
    }
    for source, target in ADDRESSES.values():
        lines = [cds[f"{source}_AddressLine{number}"].fillna("") for number in (1, 2, 3)]
        street = lines[0].str.cat([lines[1], lines[2]], sep="\n").str.replace("\n\n", "\n").str.strip("\n")
        country = cds[f"{source}_Country"].str.lower().map(COUNTRIES)
        columns |= {
            f"{target}Street": street,
            f"{target}City": cds[f"{source}_City"],
            f"{target}State": cds[f"{source}_State"],
            f"{target}County": cds[f"{source}_County"],
            f"{target}ZipCode": cds[f"{source}_PostalCode"],
            f"{target}CountryRegionISOCode": country.fillna("US"),
        }
    return pd.DataFrame(columns)


def _verdicts(
    source: pd.DataFrame,
    cds: pd.DataFrame,
    destination: pd.DataFrame,
    states: set[str],
    countries: set[str],
    seen: set[str],
) -> pd.DataFrame:
    keys = cds["AccountId"]
    bad = keys.isna() | cds["Name"].isna() | keys.isin(seen) | keys.duplicated()
    limits = dict(TEXTS.values()) | {
        f"{address}_{column}": length for address, _ in ADDRESSES.values() for column, length in PARTS.values()
    }
    for name, length in limits.items():
        bad |= (cds[name].str.len() > length).fillna(value=False)
    for _, target in ADDRESSES.values():
        bad |= ~destination[f"{target}State"].isin(states) & destination[f"{target}State"].notna()
        bad |= ~destination[f"{target}CountryRegionISOCode"].isin(countries)
    seen.update(keys.dropna())
    verdict = (
        pd.Series("ready", index=source.index).mask(bad, "rejected").mask(source["statecode"] != 0, "out_of_scope")
    )
    return pd.DataFrame(
        {"source_id": source["accountid"], "key": keys, "version": source["versionnumber"], "verdict": verdict}
    )


def _reference(case: Case, entity_set: str, field: str) -> set[str]:
    address = f"{case.origin}{DATA}/{entity_set}?$select={field}&cross-company=true&company={COMPANY}"
    return {row[field] for row in msgspec.json.decode(requests.get(address, timeout=60).content)["value"]}


def _write(path: Path, frame: pd.DataFrame) -> None:
    with path.open("wb") as stream:
        pq.write_table(
            pa.Table.from_pandas(frame, preserve_index=False), stream, compression="zstd", compression_level=1
        )
        stream.flush()
        os.fsync(stream.fileno())
