"""Operations put together into requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from p2c.systems.odata.operations import Operation


def chunks(
    operations: Iterable[Operation],
    *,
    group_of: Callable[[Operation], Hashable],
    size_of: Callable[[Operation], int],
) -> Iterator[list[Operation]]:
    """Lists of operations of one group, each as soon as it is full; those that stay short come last.

    ``size_of`` counts operations with all their members; one that alone has more goes in a list of its own.
    """
    gathered: dict[Hashable, list[Operation]] = {}
    weights: dict[Hashable, int] = {}
    for operation in operations:
        group, more = group_of(operation), len(operation.members)
        if group in gathered and weights[group] + more > size_of(operation):
            yield gathered.pop(group)
        if group not in gathered:
            gathered[group], weights[group] = [], 0
        gathered[group].append(operation)
        weights[group] += more
        if weights[group] >= size_of(gathered[group][0]):
            yield gathered.pop(group)
    yield from gathered.values()
