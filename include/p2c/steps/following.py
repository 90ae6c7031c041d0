"""What is done once a row's own values are written: to the row it leaves behind, and to its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from p2c.errors import PreconditionFailedError, RecordExistsError, RecordNotFoundError
from p2c.keys import normalised
from p2c.ledger import Outcome, Reason, RowOutcome
from p2c.planning import Change, Planner
from p2c.steps.planned import Planned, Settled
from p2c.steps.recording import NOT_CONFIRMED
from p2c.steps.written_rows import WrittenRows
from p2c.systems.odata.operations import Result

#: The reason of a row that landed, but not all that follows.
LEFT_BEHIND = "left_behind"
#: Refusals that say the destination changed since it was read.
OVERTAKEN = (RecordExistsError, RecordNotFoundError, PreconditionFailedError)


def is_open(result: Result) -> bool:
    """Whether only the destination itself can tell what became of an operation: no answer, or another change."""
    return result.outcome == "ambiguous" or isinstance(result.error, OVERTAKEN)


class Following:
    """Settles rows whole: each only when all that follows it is done too, else it would not be tried again."""

    def __init__(self, rows: WrittenRows, planner: Planner, renew: Callable[[], None]) -> None:
        self._rows = rows
        self._planner = planner
        self._renew = renew

    def settled(self, done: Sequence[Settled]) -> Iterator[Settled]:
        """The rows with what became of them and of what follows."""
        going = [(item, outcome) for item, outcome in done if item.plan.following and outcome.ours]
        yield from ((item, outcome) for item, outcome in done if not (item.plan.following and outcome.ours))
        step = 0
        while going:
            further: list[Settled] = []
            for item, outcome in self._followed(going, step):
                landed = outcome.outcome is not Outcome.FAILED
                if landed and step + 1 < len(item.plan.following):
                    further.append((item, outcome))
                else:
                    yield item, outcome
            going, step = further, step + 1

    def _followed(self, going: Sequence[Settled], step: int) -> Iterator[Settled]:
        changes = [item.plan.following[step] for item, _ in going]
        operations = [
            self._rows.operation("update", change.key, change.values, number, change.etag, item.row.values)
            for number, (change, (item, _)) in enumerate(zip(changes, going, strict=True))
        ]
        unsettled: list[tuple[Change, Settled]] = []
        for result in self._rows.write(operations, self._renew):
            number = result.operation.reference
            item, outcome = going[number]
            if result.outcome == "done":
                yield item, outcome
            elif is_open(result):
                unsettled.append((changes[number], (item, outcome)))
            else:
                text = f"It landed, but {result.operation} was not done: {result.error}; it is tried again."
                yield item, _failed(item, Reason(LEFT_BEHIND, text), result.request_id)
        yield from self._read_back(unsettled)

    def _read_back(self, unsettled: Sequence[tuple[Change, Settled]]) -> Iterator[Settled]:
        stored = self._rows.read(change.key for change, _ in unsettled) if unsettled else {}
        for change, (item, outcome) in unsettled:
            found = stored.get(normalised(change.key))
            if found is not None and self._planner.is_held(change, found):
                yield item, outcome
                continue
            text = f"It landed, but {', '.join(change.values)} got no answer or met another change; it is tried again."
            yield item, _failed(item, Reason(NOT_CONFIRMED, text))


def _failed(item: Planned, reason: Reason, request_id: str = "") -> RowOutcome:
    """A row whose state could not be set is ours all the same; one that moved has to move again."""
    failed = item.failed(reason, request_id=request_id)
    return failed if item.plan.behind else replace(failed, destination_key=item.key, ours=True)
