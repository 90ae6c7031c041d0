from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from p2c.systems.odata.chunks import chunks
from p2c.systems.odata.operations import Operation


def operation(entity_set: str, number: int) -> Operation:
    return Operation(kind="create", entity_set=entity_set, company="", key={}, values={}, reference=number)


def references(lists: Iterator[list[Operation]]) -> list[list[int]]:
    return [[each.reference for each in chunk] for chunk in lists]


def test_groups_are_kept_apart_and_in_order() -> None:
    mixed = [operation("AB"[number % 2], number) for number in range(9)]
    found = references(chunks(mixed, group_of=lambda each: each.entity_set, size_of=lambda _: 3))
    assert found == [[0, 2, 4], [1, 3, 5], [6, 8], [7]]


def test_no_more_is_taken_than_a_full_list_needs() -> None:
    source = iter([operation("A", number) for number in range(9)])
    next(chunks(source, group_of=lambda _: "", size_of=lambda _: 3))
    assert [each.reference for each in source] == [3, 4, 5, 6, 7, 8]


def test_nothing_gives_no_list() -> None:
    assert list(chunks([], group_of=lambda _: "", size_of=lambda _: 3)) == []


def with_lines(number: int, lines: int) -> Operation:
    line = operation("B", number)
    return replace(operation("A", number), also=(line,) * lines)


def test_operations_that_happen_together_are_counted_and_never_parted() -> None:
    mixed = [with_lines(0, 2), with_lines(1, 1), with_lines(2, 9), with_lines(3, 0), with_lines(4, 3)]
    found = references(chunks(mixed, group_of=lambda _: "", size_of=lambda _: 4))
    assert found == [[0], [1], [2], [3], [4]]
    assert references(chunks(mixed[:2], group_of=lambda _: "", size_of=lambda _: 5)) == [[0, 1]]
