"""What an F&O address has to hold for an address of a Sales row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c.site import Site
from p2c_airflow.local.truth.wanted import Code, Row, Value, text


def address(
    row: Row,
    source: str,
    target: str,
    default_country: str,
    site: Site,
    *,
    state: str = "State",
    county: str = "County",
) -> dict[str, Value]:
    """The fields of an address, in an entity that names them so; none for one that is empty or a country alone."""
    lines = [text(row.get(f"{source}_line{number}")).strip() for number in (1, 2, 3)]
    named = {"City": "city", "ZipCode": "postalcode", **({county: "county"} if county else {})}
    parts: dict[str, Value] = {target: text(row.get(f"{source}_{column}")) for target, column in named.items()}
    parts["Street"] = "\n".join(line for line in lines if line)
    region = text(row.get(f"{source}_stateorprovince"))
    if not any([*parts.values(), region]):
        return {}
    country = text(row.get(f"{source}_country"))
    code = looked_up(site.value_maps["country"], country) if country else default_country
    states = site.value_maps["state"].get(code, {})
    parts["CountryRegionISOCode"] = Code(code)
    parts[state] = Code(looked_up(states if isinstance(states, dict) else {}, region))
    return {f"{target}{name}": value for name, value in parts.items()}


def looked_up(table: Mapping[str, Any], name: str) -> str:
    """The entry of a value map, or the value itself where the map has none."""
    return str(table.get(name.strip().casefold(), name))
