from __future__ import annotations

import pytest
from fixtures.steps import Steps

from p2c.errors import RequestRefusedError
from p2c.systems.dataverse_keys import define_key


def test_a_key_can_be_used_once_it_is_defined(steps: Steps) -> None:
    define_key(steps.sales.session, "product", ["productnumber"])
    assert frozenset({"productnumber"}) in steps.sales.tables.of("products").alternate_keys


def test_a_key_that_exists_is_refused(steps: Steps) -> None:
    define_key(steps.sales.session, "product", ["productnumber"])
    with pytest.raises(RequestRefusedError):
        define_key(steps.sales.session, "product", ["productnumber"])
