"""The alternate key on the product number, by which products of Sales are addressed."""

from __future__ import annotations

from collections.abc import Iterator

from p2c.check.preflight.line import Line, Status
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.errors import RequestRefusedError
from p2c.systems.dataverse import Dataverse
from p2c.systems.dataverse_keys import define_key

TITLE = "Product key"
ENTITY_SET, TABLE, COLUMNS = "products", "product", ("productnumber",)


def check_product_key(pair: TenantPair) -> Iterator[Line]:
    """Whether products can be found by their number alone."""
    if not any(flow.destination.entity_set == ENTITY_SET for flow in pair.flows.values()):
        return
    if frozenset(COLUMNS) in pair.sales.tables.of(ENTITY_SET).alternate_keys:
        yield Line(TITLE, Status.PASSED, "productnumber is an alternate key of products.")
        return
    yield Line(
        TITLE,
        Status.FAILED,
        "products has no active alternate key on productnumber: products are searched for and written by id, and "
        "nothing keeps two from having one number. Run `p2c preflight --apply`, or make the key in Power Apps "
        "(Tables > Product > Keys). A new key takes Dataverse some minutes.",
    )


def make_product_key(sales: Dataverse) -> Line:
    """Make the key, which is all that a preflight ever writes."""
    try:
        define_key(sales.session, TABLE, COLUMNS)
    except RequestRefusedError as error:
        text = f"Sales refuses the key: {error} Mend products that share a number, and the privilege to customize."
        return Line(TITLE, Status.FAILED, text)
    return Line(TITLE, Status.PASSED, "The key on productnumber is made; Dataverse builds its index in some minutes.")
