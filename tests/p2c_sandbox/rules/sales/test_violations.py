from __future__ import annotations

import pytest

from p2c_sandbox.rules import RuleViolation
from p2c_sandbox.rules.sales.violations import PRODUCT_INVALID_UNIT, refuse


def test_a_refusal_carries_text_column_and_code() -> None:
    with pytest.raises(RuleViolation, match="not valid") as caught:
        refuse(PRODUCT_INVALID_UNIT, "The unit is not valid.", "uomid")
    (finding,) = caught.value.findings
    assert (finding.field, finding.code) == ("uomid", "0x80043b14")
