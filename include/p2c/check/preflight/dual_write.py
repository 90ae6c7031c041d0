"""Dual-write between the same pair: two integrations that write the same rows undo each other's work."""

from __future__ import annotations

from collections.abc import Iterator

from p2c.check.preflight.line import Line, Status
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.systems.environment import COMPANIES_OF_DUAL_WRITE, dual_write_companies

TITLE = "Dual-write"


def check_dual_write(pair: TenantPair) -> Iterator[Line]:
    """Refuse a linked pair until a person has confirmed that no map of dual-write touches our rows."""
    linked = dual_write_companies(pair.sales.session)
    if linked is None:
        yield Line(TITLE, Status.PASSED, f"Sales has no {COMPANIES_OF_DUAL_WRITE}: dual-write is not installed there.")
    elif not linked:
        text = f"Its tables are installed, but {COMPANIES_OF_DUAL_WRITE} is empty. Look in F&O: Data management > "
        yield Line(TITLE, Status.NOT_CHECKABLE, f"{text}Dual-write has to show no link, or no running map.")
    elif pair.site.dual_write_confirmed:
        yield Line(TITLE, Status.PASSED, "It is linked, and site.toml confirms that its maps leave our rows alone.")
    else:
        yield Line(
            TITLE,
            Status.FAILED,
            f"It is linked: {COMPANIES_OF_DUAL_WRITE} holds companies of F&O. Stop its maps for customers, contacts, "
            "products and quotations (F&O: Data management > Dual-write), then set dual_write_confirmed = true in "
            "site.toml.",
        )
