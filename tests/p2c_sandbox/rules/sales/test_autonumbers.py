from __future__ import annotations

import re

from p2c_sandbox.rules.sales.autonumbers import numbered


def test_a_number_has_dataverses_shape() -> None:
    assert re.fullmatch(r"CON-01000-[A-Z0-9]{6}", numbered("CON", 1000))


def test_the_suffix_follows_from_the_number() -> None:
    assert numbered("CON", 1000) == numbered("CON", 1000)
    assert numbered("CON", 1000)[-6:] != numbered("QUO", 1000)[-6:]
