from __future__ import annotations

from threading import Barrier, Event

import pytest
from fixtures.batch_replies import Part, all_landed, answering, landed, operations_of, refused
from fixtures.scripted_server import Answer, ManualTime, ScriptedServer, Seen
from fixtures.writers import MakeWriter, Underway, make_writer, references, until_error

from p2c.errors import (
    ConfigurationError,
    ContentionError,
    LeaseHeldError,
    RequestRefusedError,
    ThrottledError,
    TransientError,
)
from p2c.systems.odata.batch import Batch
from p2c.systems.odata.batch_sizes import BatchSizes
from p2c.systems.odata.lanes import Lanes
from p2c.systems.odata.operations import Result
from p2c.systems.odata.throttle import WaitLimits
from p2c_sandbox.multipart import Operation as SentOperation
from p2c_sandbox.multipart import PartResponse

__all__ = ["make_writer"]


def sizes_sent(server: ScriptedServer) -> list[int]:
    return [len(operations_of(seen)) for seen in server.seen]


def test_every_operation_has_one_result(server: ScriptedServer, make_writer: MakeWriter) -> None:
    results = list(make_writer(95, lanes=3).results())
    assert references(results) == list(range(95))
    assert sorted(sizes_sent(server)) == [5] + [10] * 9


def test_no_operation_needs_no_request(server: ScriptedServer, make_writer: MakeWriter) -> None:
    assert list(make_writer(0).results()) == []
    assert server.seen == []


def test_results_are_handed_out_while_the_next_batch_is_on_its_way(
    server: ScriptedServer, make_writer: MakeWriter
) -> None:
    handed_out = Event()

    def answered(seen: Seen) -> Answer:
        assert len(server.seen) == 1 or handed_out.wait(10)
        return all_landed(seen)

    server.otherwise = answered
    results = make_writer(30).results()
    assert references([next(results) for _ in range(10)]) == list(range(10))
    handed_out.set()
    assert references(list(results)) == list(range(10, 30))


def test_when_the_caller_stops_no_batch_follows_the_one_on_its_way(
    server: ScriptedServer, make_writer: MakeWriter
) -> None:
    results = make_writer(40).results()
    for _ in range(10):
        next(results)
    results.close()
    assert sizes_sent(server) in ([10], [10, 10])


def test_no_more_requests_than_lanes_are_under_way(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = underway = Underway(3)
    list(make_writer(90, lanes=3).results())
    assert underway.most == 3


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
    together = Barrier(4)

    def throttle(_: Seen) -> Answer:
        together.wait(10)
        return Answer(429, headers={"Retry-After": "1"})

    server.answers.extend([throttle] * 4)
    server.otherwise = underway = Underway()
    assert references(list(make_writer(40, lanes=4).results())) == list(range(40))
    assert underway.most <= 3


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
    assert sizes_sent(server)[:2] == [20, 10]
    assert max(sizes_sent(server)[3:]) <= 10


def test_a_size_refused_like_bad_data_is_remembered_once_both_halves_land(
    server: ScriptedServer, make_writer: MakeWriter
) -> None:
    too_many = Answer(400, body={"error": {"message": "The batch contains too many parts."}})
    server.otherwise = lambda seen: all_landed(seen) if len(operations_of(seen)) <= 5 else too_many
    sizes = BatchSizes(20)
    assert references(list(make_writer(60, sizes=sizes).results())) == list(range(60))
    assert sizes.of("X") == 5
    assert sizes_sent(server)[7:] == [5] * 8


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
    sizes = BatchSizes(64)
    results = list(make_writer(64, sizes=sizes).results())
    assert references(results, "refused") == [13]
    assert len(references(results)) == 63
    assert len(server.seen) <= 2 * 6 + 2
    assert sizes.of("X") == 64


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


class Impatient(Batch):
    """Sends everything once more that was in contention."""

    def again(self, result: Result, tries: int) -> bool:
        return isinstance(result.error, ContentionError) and tries < 3


DEADLOCK = Answer(500, {"error": {"code": "0x80044150", "message": "Deadlock."}})


def test_a_batch_in_contention_is_sent_again_in_halves(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = lambda seen: all_landed(seen) if len(operations_of(seen)) <= 3 else DEADLOCK
    sizes = BatchSizes(10)
    assert references(list(make_writer(10, sizes=sizes).results())) == list(range(10))
    assert sizes_sent(server) == [10, 5, 5, 2, 3, 2, 3]
    assert sizes.of("X") == 2


def test_contention_without_end_is_the_rows_own(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = DEADLOCK
    (result,) = make_writer(1).results()
    assert (result.outcome, type(result.error)) == ("refused", ContentionError)
    assert len(server.seen) == 4


def test_a_row_is_sent_again_as_its_sender_says(server: ScriptedServer, make_writer: MakeWriter) -> None:
    def deadlocked(sent: SentOperation) -> Part:
        return PartResponse(500, {"Content-Type": "application/json"}, DEADLOCK.content, sent.content_id)

    first = answering(lambda sent: deadlocked(sent) if b'"3"' in sent.body else landed(sent))
    server.answers.append(first)
    assert references(list(make_writer(10, kind=Impatient).results())) == list(range(10))
    assert sizes_sent(server) == [10, 1]
    server.otherwise = first
    assert references(list(make_writer(10, kind=Impatient).results()), "refused") == [3]


def test_the_systems_advice_bounds_the_lanes(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.otherwise = underway = Underway()
    list(make_writer(90, lanes=5, parallelism=lambda: 1).results())
    assert underway.most == 1


def test_lanes_open_as_batches_land(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.answers.extend([underway := Underway()] * 2)
    list(make_writer(20, lanes=Lanes(4, opened=1)).results())
    assert underway.most == 1
    server.answers.extend([all_landed] * 6)
    server.otherwise = Underway(4)
    assert len(list(make_writer(100, lanes=Lanes(4, opened=1)).results())) == 100


def throttled_for(limit: str) -> Answer:
    return Answer(429, {"error": {"code": limit, "message": "Too much."}}, {"Retry-After": "2"})


def test_a_limit_on_execution_time_makes_batches_smaller(server: ScriptedServer, make_writer: MakeWriter) -> None:
    server.answers.append(throttled_for("0x80072321"))
    sizes = BatchSizes(10)
    assert references(list(make_writer(30, sizes=sizes).results())) == list(range(30))
    assert sorted(sizes_sent(server)) == [5] * 6 + [10]


@pytest.mark.parametrize(("code", "most"), [("0x80072322", 4), ("0x80072326", 3)])
def test_other_limits_leave_fewer_lanes_and_batches_as_they_are(
    server: ScriptedServer, make_writer: MakeWriter, code: str, most: int
) -> None:
    together = Barrier(4)

    def throttle(_: Seen) -> Answer:
        together.wait(10)
        return throttled_for(code)

    server.answers.extend([throttle] * 4)
    lanes = Lanes(4, opened=4)
    assert len(list(make_writer(400, lanes=lanes).results())) == 400
    assert set(sizes_sent(server)) == {10}
    assert lanes.open == most
