"""The money check: do a row's lines come to the same amount in both systems?

Compared are the lines alone, before tax. A header's own discount, freight and tax are not synchronized, so they do not
count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from p2c.contract import Value
from p2c.ledger import Reason

#: What two sums may differ by: one cent, for each system rounds a line its own way.
TOLERANCE = Decimal("0.01")
#: The reason of a row whose sums differ.
MONEY = "money_check"

Amounts = tuple[Decimal, Decimal]


def amounts_of(
    fields: tuple[str, str], cds_lines: Iterable[Mapping[str, Value]], stored: Iterable[Mapping[str, str | None]]
) -> Amounts:
    """The sums of a CDS field and of a destination field over a row's lines; a blank amount counts as zero."""
    of_cds, of_destination = fields
    return _sum(line[of_cds] for line in cds_lines), _sum(line[of_destination] for line in stored)


def difference(amounts: Amounts) -> Reason | None:
    """What to say of sums that differ by more than TOLERANCE."""
    ours, theirs = amounts
    if abs(ours - theirs) <= TOLERANCE:
        return None
    text = (
        f"Money check: its lines come to {_shown(ours)} before tax in the source, but to {_shown(theirs)} at the "
        f"destination, {_shown(theirs - ours)} apart. Compare prices, discounts and charges of its lines there."
    )
    return Reason(MONEY, text, value=_shown(theirs - ours))


def _sum(amounts: Iterable[Value]) -> Decimal:
    return sum((Decimal(str(amount)) for amount in amounts if amount is not None), Decimal(0))


def _shown(amount: Decimal) -> str:
    """The amount with two decimal places at least."""
    short = amount.normalize()
    places = short.as_tuple().exponent
    return f"{short:.2f}" if isinstance(places, int) and places > -2 else f"{short:f}"
