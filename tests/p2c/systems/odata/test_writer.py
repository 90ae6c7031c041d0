from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Lock

import pytest
from fixtures.batch_replies import all_landed, answering, landed, operations_of, refused
from fixtures.scripted_server import Answer, ManualTime, ScriptedServer, Seen

from p2c.errors import (
    ConfigurationError,
    IntegrationError,
    LeaseHeldError,
    RequestRefusedError,
    ThrottledError,
    TransientError,
)
from p2c.systems.odata.batch import Batch, json_body
from p2c.systems.odata.multipart import PartRequest
from p2c.systems.odata.operations import Operation, Result
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.throttle import WaitLimits
from p2c.systems.odata.writer import BatchSizes, BatchWriter

MakeWriter = Callable[..., BatchWriter]


@pytest.fixture
def make_writer(server: ScriptedServer, session: ODataSession, time: ManualTime) -> MakeWriter:
    def part_of(operation: Operation, content_id: str) -> PartRequest:
        return PartRequest("POST", f"{server.origin}/data/X", {}, json_body(operation.values), content_id)

    def make(
        count: int,
        *,
        lanes: int = 1,
        sizes: BatchSizes | None = None,
        before_batch: Callable[[], None] = lambda: None,
        limits: WaitLimits | None = None,
    ) -> BatchWriter:
        return BatchWriter(
            Batch(session, part_of),
            (operation(number) for number in range(count)),
            lanes=lanes,
            sizes=sizes or BatchSizes(10),
            limits=limits or session.limits,
            before_batch=before_batch,
            clock=time.clock,
        )

    server.otherwise = all_landed
    return make


def operation(number: int) -> Operation:
    return Operation(kind="create", entity_set="X", company="", key={}, values={"A": str(number)}, reference=number)


def references(results: list[Result], outcome: str = "done") -> list[int]:
    return sorted(result.operation.reference for result in results if result.outcome == outcome)


def until_error(results: Iterator[Result]) -> tuple[list[Result], BaseException | None]:
    """The results handed out, and the error that ended them."""
    seen: list[Result] = []
    try:
        for result in results:
            seen.append(result)
    except IntegrationError as error:
        return seen, error
    return seen, None


def sizes_sent(server: ScriptedServer) -> list[int]:
    return [len(operations_of(seen)) for seen in server.seen]


def test_every_operation_has_one_result(server: ScriptedServer, make_writer: MakeWriter) -> None:
    results = list(make_writer(95, lanes=3).results())
    assert references(results) == list(range(95))
    assert sorted(sizes_sent(server)) == [5] + [10] * 9


def test_no_operation_needs_no_request(server: ScriptedServer, make_writer: MakeWriter) -> None:
    assert list(make_writer(0).results()) == []
    assert server.seen == []


def test_results_come_before_the_next_batch_is_sent(server: ScriptedServer, make_writer: MakeWriter) -> None:
    results = make_writer(30).results()
    for _ in range(10):
        next(results)
    assert sizes_sent(server) == [10]
    results.close()
    assert sizes_sent(server) == [10]


def test_no_more_requests_than_lanes_are_under_way(server: ScriptedServer, make_writer: MakeWriter) -> None:
    lock, underway, most = Lock(), [0], [0]
    together = Barrier(3)

    def count(seen: Seen) -> Answer:
        with lock:
            underway[0] += 1
            most[0] = max(most[0], underway[0])
        together.wait(10)
        with lock:
            underway[0] -= 1
        return all_landed(seen)

    server.otherwise = count
    list(make_writer(90, lanes=3).results())
    assert most[0] == 3


def test_before_batch_is_called_for_each_batch(server: ScriptedServer, make_writer: MakeWriter) -> None:
    calls: list[int] = []
    list(make_writer(30, before_batch=lambda: calls.append(len(server.seen))).results())
    assert calls == [0, 1, 2]


def test_a_lost_lease_stops_the_writing(server: ScriptedServer, make_writer: MakeWriter) -> None:
    def lose() -> None:
        if server.seen:
            raise LeaseHeldError("Another run holds the lease.")

    results: list[Result] = []
    with pytest.raises(LeaseHeldError):
        results.extend(make_writer(30, before_batch=lose).results())
    assert sizes_sent(server) == [10]


def test_a_throttled_batch_is_sent_again_whole_after_the_pause(
    server: ScriptedServer, make_writer: MakeWriter, time: ManualTime
) -> None:
    server.answers.append(Answer(429, headers={"Retry-After": "9"}))
    results = list(make_writer(15).results())
    assert references(results) == list(range(15))
    assert time.waits == [9]
    assert sorted(sizes_sent(server)) == [5, 10, 10]


def test_throttling_closes_half_of_the_lanes(server: ScriptedServer, make_writer: MakeWriter) -> None:
    lock, underway, most = Lock(), [0], [0]
    together = Barrier(4)

    def throttle(_: Seen) -> Answer:
        together.wait(10)
        return Answer(429, headers={"Retry-After": "1"})

    def count(seen: Seen) -> Answer:
        with lock:
            underway[0] += 1
            most[0] = max(most[0], underway[0])
        answer = all_landed(seen)
        with lock:
            underway[0] -= 1
        return answer

    server.answers.extend([throttle] * 4)
    server.otherwise = count
    assert references(list(make_writer(40, lanes=4).results())) == list(range(40))
    assert most[0] <= 3


def test_a_long_pause_is_handed_on(server: ScriptedServer, make_writer: MakeWriter, time: ManualTime) -> None:
    server.answers.extend([all_landed, Answer(429, headers={"Retry-After": "3600"})])
    results, error = until_error(make_writer(30).results())
    assert type(error) is ThrottledError
    assert (error.retry_after, time.waits) == (3600, [])
    assert references(results) == list(range(10))


def test_pauses_without_end_reach_a_limit(server: ScriptedServer, make_writer: MakeWriter, time: ManualTime) -> None:
    server.otherwise = Answer(429, headers={"Retry-After": "30"})
    with pytest.raises(ThrottledError):
        list(make_writer(10, limits=WaitLimits(total_wait=100)).results())
    assert sum(time.waits) <= 100


def test_a_batch_too_large_is_halved_and_the_size_remembered(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = lambda seen: all_landed(seen) if len(operations_of(seen)) <= 5 else Answer(413)
    sizes = BatchSizes(20)
    assert references(list(make_writer(60, sizes=sizes).results())) == list(range(60))
    assert sizes.of("X") == 5
    assert sizes.of("Y") == 20
    assert sizes_sent(server)[:2] == [20, 10]
    assert max(sizes_sent(server)[3:]) <= 10


def test_an_operation_too_large_by_itself_is_refused(server: ScriptedServer, make_writer: MakeWriter) -> None:
    def too_large(seen: Seen) -> Answer:
        return Answer(413) if any(b'"3"' in sent.body for sent in operations_of(seen)) else all_landed(seen)

    server.otherwise = too_large
    results = list(make_writer(10).results())
    assert references(results, "refused") == [3]
    assert references(results) == [number for number in range(10) if number != 3]


def test_a_row_that_spoils_the_whole_batch_is_found(server: ScriptedServer, make_writer: MakeWriter) -> None:
    def choke(seen: Seen) -> Answer:
        return Answer(400) if any(b'"13"' in sent.body for sent in operations_of(seen)) else all_landed(seen)

    server.otherwise = choke
    results = list(make_writer(64, sizes=BatchSizes(64)).results())
    assert references(results, "refused") == [13]
    assert len(references(results)) == 63
    assert len(server.seen) <= 2 * 6 + 2


def test_refused_rows_do_not_stop_the_others(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = answering(
        lambda sent: refused(sent, "Infolog: Error: No.") if b'"3"' in sent.body else landed(sent)
    )
    results = list(make_writer(20).results())
    assert references(results, "refused") == [3]
    assert type(next(each.error for each in results if each.outcome == "refused")) is RequestRefusedError


def test_a_lost_reply_is_not_sent_again(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.answers.append(Answer(reset=True))
    results = list(make_writer(20).results())
    assert references(results, "ambiguous") == list(range(10))
    assert references(results) == list(range(10, 20))
    assert len(server.seen) == 2


def test_a_denied_privilege_stops_after_the_results(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = answering(lambda sent: refused(sent, "Not authorized.", 403, ""))
    results, error = until_error(make_writer(30).results())
    assert type(error) is ConfigurationError
    assert references(results, "refused") == list(range(10))
    assert len(server.seen) == 1


def test_what_is_under_way_is_settled_before_an_error_is_raised(
    server: ScriptedServer, make_writer: MakeWriter
) -> None:
    together = Barrier(2)

    def answer(seen: Seen) -> Answer:
        together.wait(10)
        return Answer(403) if b'"0"' in seen.body else all_landed(seen)

    server.answers.extend([answer, answer])
    results, error = until_error(make_writer(40, lanes=2).results())
    assert type(error) is ConfigurationError
    assert set(references(results)) >= set(range(10, 20))


def test_an_unreachable_system_is_transient(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.token_answers.extend([Answer(503)] * 99)
    with pytest.raises(TransientError):
        list(make_writer(10).results())
    assert server.seen == []
