from __future__ import annotations

from p2c.systems.odata.batch_sizes import BatchSizes


def test_a_size_too_large_is_never_reached_again() -> None:
    sizes = BatchSizes(100)
    sizes.refused("X", 100)
    for _ in range(100):
        sizes.succeeded("X")
    assert (sizes.of("X"), sizes.of("Y")) == (50, 100)


def test_a_size_in_contention_grows_back_by_and_by() -> None:
    sizes = BatchSizes(100)
    sizes.contended("X", 100)
    sizes.contended("X", 50)
    grown = []
    for _ in range(24):
        grown.append(sizes.of("X"))
        sizes.succeeded("X")
    assert grown == [25] * 8 + [50] * 8 + [100] * 8


def test_contention_does_not_raise_a_size_that_was_refused() -> None:
    sizes = BatchSizes(100)
    sizes.refused("X", 20)
    sizes.contended("X", 100)
    assert sizes.of("X") == 10


def test_one_operation_always_goes() -> None:
    sizes = BatchSizes(1)
    sizes.refused("X", 1)
    sizes.contended("X", 1)
    assert sizes.of("X") == 1
