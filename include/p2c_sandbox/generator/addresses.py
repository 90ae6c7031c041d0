"""Addresses of generated rows, complete and known to F&O."""

from __future__ import annotations

from typing import Any

from p2c_sandbox.generator.draw import Draw
from p2c_sandbox.generator.regions import Region

_POSTAL_DIGITS = 5
UNKNOWN_COUNTRY = "Atlantis"
UNKNOWN_STATE = "Calif."


def address(draw: Draw, region: Region, prefix: str) -> dict[str, Any]:
    """The columns `<prefix>_line1` to `<prefix>_country` of an address in a region."""
    city = draw.choice(region.cities)
    digits = _POSTAL_DIGITS - len(city.postal_code)
    columns = {
        "line1": f"{draw.randrange(1, 1000)} {draw.choice(region.streets)}",
        "city": city.name,
        "postalcode": f"{city.postal_code}{draw.randrange(10**digits):0{digits}}",
        "country": draw.choice(region.countries),
    }
    if city.state:
        columns["stateorprovince"] = city.state
    return {f"{prefix}_{name}": value for name, value in columns.items()}
