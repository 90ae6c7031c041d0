from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_sandbox.generator.rows import generated_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.generator.targets import write_state
from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.line_prices import priced
from p2c_sandbox.rules.sales.products import ACTIVE
from p2c_sandbox.store import Row, Store


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    path: Path = tmp_path_factory.mktemp("generated") / "state"
    write_state(path, generated_rows(Size(accounts=10, products=20, quotes=40)))
    store = Store(path)
    with store.transaction() as transaction:
        yield Context(transaction)
    store.close()


def row(context: Context, entity_set: str, key: str) -> Row:
    found = context.transaction.get("sales", entity_set, key)
    assert found is not None
    return found


def test_sales_would_give_every_line_the_same_price(context: Context) -> None:
    for line in context.transaction.find("sales", "quotedetails"):
        quote = row(context, "quotes", line.values["_quoteid_value"])
        assert priced(context, quote.values, line.values).items() <= line.values.items()


def test_lines_are_of_active_products(context: Context) -> None:
    for line in context.transaction.find("sales", "quotedetails"):
        product = row(context, "products", line.values["_productid_value"])
        assert product.values["statecode"] == ACTIVE
        assert line.values["productnumber"] == product.values["productnumber"]


def test_lines_of_a_quote_are_numbered_from_one(context: Context) -> None:
    numbers = defaultdict(list)
    for line in context.transaction.find("sales", "quotedetails"):
        numbers[line.values["_quoteid_value"]].append(line.values["sequencenumber"])
    assert list(numbers.values()) == [[1, 2, 3]] * 40
