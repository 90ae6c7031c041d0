"""Finding rows without reading the whole table, where a filter names the keys it accepts or the order is the key's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import takewhile

from p2c_metadata import EntityType
from p2c_sandbox.expressions import Comparison, Conjunction, Constant, Expression, Path
from p2c_sandbox.finance_operations.rows import COMPANY, SYSTEM, shown, table_of
from p2c_sandbox.query import Filter, OrderBy
from p2c_sandbox.store import Page, Row, Transaction, key_text

MAXIMUM_KEYS = 5_000
Demand = Mapping[str, str]
"""Values that a row must have to be accepted, by property."""


def candidates(
    transaction: Transaction,
    entity: EntityType,
    accepts: Filter | None,
    company: str | None,
    order: Sequence[OrderBy] = (),
) -> Iterator[Row]:
    """Rows of which `accepts` may take some, in the order asked for; none that it would take is missing."""
    demands = (_demands(accepts.expression) if accepts else None) or []
    keys = demanded_keys(entity, accepts.expression, company) if accepts else None
    if keys is not None:
        found = (transaction.get(SYSTEM, table_of(entity), key) for key in sorted(keys))
        return in_order(entity, order, (row for row in found if row is not None))
    indexed = _indexed(transaction, entity, demands)
    if indexed is not None:
        return in_order(entity, order, indexed)
    company = company or _one_company(demands)
    if is_key_order(entity, order, company):
        return _in_key_order(transaction, entity, accepts, company)
    return in_order(entity, order, transaction.find(SYSTEM, table_of(entity)))


def demanded_keys(entity: EntityType, expression: Expression, company: str | None) -> set[str] | None:
    """Keys of all rows that an expression can accept; None if it does not name them."""
    demands = _demands(expression)
    if demands is None:
        return None
    of_company: Demand = {COMPANY: company} if company else {}
    complete = [{**of_company, **demand} for demand in demands]
    if not all(name in demand for demand in complete for name in entity.key):
        return None
    return {key_text(demand[name] for name in entity.key) for demand in complete}


def is_key_order(entity: EntityType, order: Sequence[OrderBy], company: str | None) -> bool:
    """Whether rows are asked for by their key, ascending; the company may be left out where only one is seen."""
    if not order or any(term.descending for term in order):
        return False
    names = tuple("/".join(term.path.names) for term in order)
    if any(name in entity.key and entity.properties[name].type != "Edm.String" for name in names):
        return False  # keys are kept as text, in which 10 comes before 2
    return names == entity.key or (company is not None and (COMPANY, *names) == entity.key)


def in_order(entity: EntityType, order: Sequence[OrderBy], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows sorted by the terms of `$orderby`; those that tie keep their order."""
    if not order:
        return iter(rows)
    pairs = [(row, shown(entity, row)) for row in rows]
    for term in reversed(order):
        pairs.sort(key=lambda pair, term=term: term.sort_key(pair[1]), reverse=term.descending)  # type: ignore[misc]
    return (row for row, _ in pairs)


def _in_key_order(
    transaction: Transaction, entity: EntityType, accepts: Filter | None, company: str | None
) -> Iterator[Row]:
    """Rows by key, of one company only where it is known, from the bound that the filter sets."""
    if company is None or entity.key[0] != COMPANY:
        return transaction.find(SYSTEM, table_of(entity), page=Page(order="key"))
    prefix = key_text([company, ""])
    bound = _bound(accepts.expression, entity.key[1]) if accepts else None
    after = prefix if bound is None else key_text([company, bound])
    rows = transaction.find(SYSTEM, table_of(entity), page=Page(order="key", after=(after,)))
    return takewhile(lambda row: row.key.startswith(prefix), rows)


def _bound(expression: Expression, name: str) -> str | None:
    """The text that a property of every accepted row comes after, None if there is no telling."""
    if isinstance(expression, Comparison):
        left, right = expression.left, expression.right
        is_bound = expression.name == "gt" and isinstance(left, Path) and left.names == (name,)
        return (
            str(right.value).rstrip() if is_bound and isinstance(right, Constant) and right.kind == "string" else None
        )
    if not isinstance(expression, Conjunction) or not expression.every:
        return None
    bounds = (_bound(part, name) for part in expression.parts)
    return next((bound for bound in bounds if bound is not None), None)


def _indexed(transaction: Transaction, entity: EntityType, demands: Sequence[Demand]) -> Iterator[Row] | None:
    """Rows found by an index on a property that every alternative demands; None without one."""
    shared = set.intersection(*(set(demand) for demand in demands)) if demands else set()
    table = table_of(entity)
    name = next((name for name in sorted(shared - {COMPANY}) if transaction.has_index(SYSTEM, table, name)), None)
    if name is None:
        return None
    values = sorted({demand[name].rstrip().casefold() for demand in demands})
    return (row for value in values for row in transaction.find(SYSTEM, table, page=Page(equal=(name, value))))


def _one_company(demands: Sequence[Demand]) -> str | None:
    """The company that every alternative demands."""
    companies = {demand.get(COMPANY) for demand in demands}
    return companies.pop() if len(companies) == 1 else None


def _demands(expression: Expression) -> list[Demand] | None:
    """Alternatives, one of which every accepted row fulfils; None if there is no telling."""
    if isinstance(expression, Comparison):
        return _equality(expression)
    if not isinstance(expression, Conjunction):
        return None
    parts = [_demands(part) for part in expression.parts]
    told = [part for part in parts if part is not None]
    if expression.every:
        return reduce(_both, told) if told else None
    return [demand for part in told for demand in part] if len(told) == len(parts) else None


def _equality(comparison: Comparison) -> list[Demand] | None:
    left, right = comparison.left, comparison.right
    if comparison.name != "eq" or not isinstance(left, Path) or not isinstance(right, Constant):
        return None
    if right.kind != "string" or len(left.names) != 1:
        return None
    return [{left.names[0]: right.value}]


def _both(first: list[Demand], second: list[Demand]) -> list[Demand]:
    if len(first) * len(second) > MAXIMUM_KEYS:
        return first
    return [{**one, **other} for one in first for other in second]
