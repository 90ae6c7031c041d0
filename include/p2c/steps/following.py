"""What is done once a row's own values are written: to the row it leaves behind, and to its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from p2c.ledger import Outcome, Reason
from p2c.steps.destination_rows import DestinationRows
from p2c.steps.planned import Settled
from p2c.steps.sales_rows import SalesRows

#: The reason of a row that landed, but not all that follows.
LEFT_BEHIND = "left_behind"

WrittenRows = DestinationRows | SalesRows


def settled_whole(done: Sequence[Settled], rows: WrittenRows, renew: Callable[[], None]) -> Iterator[Settled]:
    """The rows that are settled, each only when all that follows it is done too; else it would not be tried again."""
    going = [(item, outcome) for item, outcome in done if item.plan.following and outcome.ours]
    yield from ((item, outcome) for item, outcome in done if not (item.plan.following and outcome.ours))
    step = 0
    while going:
        further: list[Settled] = []
        for item, outcome in _followed(going, step, rows, renew):
            landed = outcome.outcome is not Outcome.FAILED
            if landed and step + 1 < len(item.plan.following):
                further.append((item, outcome))
            else:
                yield item, outcome
        going, step = further, step + 1


def _followed(going: Sequence[Settled], step: int, rows: WrittenRows, renew: Callable[[], None]) -> Iterator[Settled]:
    changes = [item.plan.following[step] for item, _ in going]
    operations = [
        rows.operation("update", change.key, change.values, number, change.etag, item.row.values)
        for number, (change, (item, _)) in enumerate(zip(changes, going, strict=True))
    ]
    for result in rows.write(operations, renew):
        item, outcome = going[result.operation.reference]
        if result.outcome == "done":
            yield item, outcome
            continue
        text = f"It landed, but {result.operation} was not done: {result.error}; it is tried again."
        failed = item.failed(Reason(LEFT_BEHIND, text), request_id=result.request_id)
        # a row whose state could not be set is ours all the same; one that moved has to move again
        yield item, failed if item.plan.behind else replace(failed, destination_key=item.key, ours=True)
