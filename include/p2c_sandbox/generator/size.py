"""How many rows to make, from which seed, and which of them are bad."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LARGEST_BAD_SHARE = Fraction(1, 2)


@dataclass(frozen=True)
class Size:
    """Numbers of rows of each kind. A row depends on the seed, its number and the rows that it refers to alone.

    `bad_share` of the rows of each kind, spread evenly, have a fault. ValueError for a size that cannot be made.
    """

    accounts: int = 0
    contacts: int = 0
    products: int = 0
    quotes: int = 0
    lines_per_quote: int = 3
    seed: int = 1
    bad_share: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if min(*self.kinds().values(), self.lines_per_quote) < 0:
            raise ValueError("a number of rows is 0 or more")
        if not 0 <= self.bad_share <= LARGEST_BAD_SHARE:
            raise ValueError(f"the share of bad rows is from 0 to {float(LARGEST_BAD_SHARE)}, not {self.bad_share}")
        if self.quotes and not self.accounts:
            raise ValueError("quotes need accounts, which are their customers")
        if self.quotes and self.lines_per_quote and not self.products:
            raise ValueError("quotes with lines need products")

    def kinds(self) -> dict[str, int]:
        """How many rows there are of each kind."""
        return {
            "accounts": self.accounts,
            "contacts": self.contacts,
            "products": self.products,
            "quotes": self.quotes,
        }

    def rank_of_bad(self, number: int) -> int | None:
        """The rank among the bad rows of its kind of row `number`, None for a good one. Row 0 is always good."""
        rank = self.bad_before(number)
        return rank if self.bad_before(number + 1) > rank else None

    def bad_before(self, number: int) -> int:
        """How many of the first `number` rows of a kind are bad."""
        return number * self.bad_share.numerator // self.bad_share.denominator

    def good(self, number: int, step: int = 1) -> int:
        """Row `number` or, where that one is bad, the nearest good one before it in steps."""
        while self.rank_of_bad(number) is not None and number >= step:
            number -= step
        return number
