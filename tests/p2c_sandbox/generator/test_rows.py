from __future__ import annotations

from collections import Counter
from fractions import Fraction

from p2c_sandbox.generator.rows import generated_rows
from p2c_sandbox.generator.size import Size

SIZE = Size(accounts=7, contacts=5, products=4, quotes=6, lines_per_quote=2, seed=3, bad_share=Fraction(1, 4))


def test_there_are_as_many_rows_as_asked_for() -> None:
    counts = Counter(entity_set for system, entity_set, _ in generated_rows(SIZE) if system == "sales")
    assert (counts["accounts"], counts["contacts"], counts["quotes"]) == (7, 5, 6)
    finance = Counter(entity_set for system, entity_set, _ in generated_rows(SIZE) if system == "finance_operations")
    assert finance["SellableReleasedProducts"] == 8


def test_the_same_size_and_seed_make_the_same_rows() -> None:
    assert list(generated_rows(SIZE)) == list(generated_rows(SIZE))


def test_the_companies_and_reference_data_of_the_demo_come_with_them() -> None:
    names = {entity_set for _, entity_set, _ in generated_rows(Size())}
    assert {"businessunits", "pricelevels", "LegalEntities", "CustomerGroups"} <= names
    assert "CustomersV3" not in names
