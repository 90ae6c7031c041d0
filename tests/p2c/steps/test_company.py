from __future__ import annotations

import pytest
from fixtures.steps import Steps

from p2c.errors import ConfigurationError
from p2c.steps.company import check_company


def test_a_legal_entity_that_fo_knows_passes_whatever_its_case(steps: Steps) -> None:
    steps.set_site(organizations={"usmf": {"legal_entity": "USMF"}})
    check_company(steps.context("first"), steps.finance_operations)


def test_an_unknown_legal_entity_is_named_with_the_nearest(steps: Steps) -> None:
    steps.set_site(organizations={"usmf": {"legal_entity": "usmx"}})
    with pytest.raises(ConfigurationError, match="did you mean 'usmf'"):
        check_company(steps.context("first"), steps.finance_operations)
