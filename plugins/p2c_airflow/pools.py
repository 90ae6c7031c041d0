"""The pools that bound how many steps use a system at once. `p2c init` creates them."""

from __future__ import annotations

from dataclasses import dataclass

from p2c.flow import System


@dataclass(frozen=True)
class SystemPool:
    """A pool: its name, and the slots it is created with."""

    name: str
    slots: int
    description: str


POOLS: dict[System, SystemPool] = {
    "sales": SystemPool("p2c_sales", 8, "Steps that read or write Dynamics 365 Sales"),
    "finance_operations": SystemPool(
        "p2c_finance_operations", 4, "Steps that read or write Dynamics 365 Finance and Operations"
    ),
}
