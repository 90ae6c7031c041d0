"""Units of F&O on a line: known, and convertible to those of its product.

Units of one class convert; the conversions themselves are not kept here, since no amount depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.references import not_found, referenced
from p2c_sandbox.store import Row

FIELD = "SalesUnitSymbol"


def check_convertible(context: Context, symbol: str, product: Row | None) -> Iterator[Finding]:
    """What is wrong with the sales unit of a line for `product`, a sellable product if known."""
    if not symbol:
        yield Finding("Field 'Unit' must be filled in.", FIELD)
        return
    unit = referenced(context, "UnitsOfMeasure", symbol, shared=True)
    if unit is None:
        yield not_found(symbol, "Unit", "Units", FIELD)
        return
    if product is None:
        return
    own = [product.values[name] for name in ("SalesUnitSymbol", "InventoryUnitSymbol") if product.values[name]]
    if own and not any(_convert(context, unit, other) for other in own):
        yield Finding(
            f"Unit conversion from '{symbol}' to '{own[-1]}' does not exist for product "
            f"'{product.values['ProductNumber']}'.",
            FIELD,
        )


def _convert(context: Context, unit: Row, symbol: str) -> bool:
    if str(unit.values["UnitSymbol"]).casefold() == str(symbol).casefold():
        return True
    other = referenced(context, "UnitsOfMeasure", symbol, shared=True)
    return other is not None and other.values["UnitClass"] == unit.values["UnitClass"]
