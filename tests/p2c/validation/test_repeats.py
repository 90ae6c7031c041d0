from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.validation.repeats import Repeats


def repeats(*parts: list[str]) -> Repeats:
    made = Repeats()
    for part in parts:
        made.add(part)
    return made


def test_values_repeat_across_parts() -> None:
    assert repeats(["a", "b"], ["c", "a"]).among(["a", "b", "d"]).tolist() == [True, False, False]


def test_without_a_repeated_value_it_is_false() -> None:
    assert not repeats(["a"], [], ["b"])
    assert not Repeats()
    assert repeats(["a"], ["a"])


def test_it_holds_the_values_added() -> None:
    values = repeats(["a"], ["b"])
    assert "b" in values
    assert "c" not in values
    assert "a" not in Repeats()


@settings(deadline=None)
@given(st.lists(st.text(max_size=2), max_size=30), st.integers(0, 30))
def test_every_value_that_comes_twice_is_found(values: list[str], cut: int) -> None:
    found = repeats(values[:cut], values[cut:]).among(values).tolist()
    assert found == [values.count(value) > 1 for value in values]
