from __future__ import annotations

import pytest

from p2c.errors import ConfigurationError
from p2c.flows.accounts import ACCOUNT


def test_an_unknown_cds_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="CDS Account: Unknown field 'AcountId'; did you mean 'AccountId'"):
        ACCOUNT.field("AcountId")
