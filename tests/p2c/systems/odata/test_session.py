from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from fixtures.scripted_server import Answer, ManualTime, ScriptedServer, Seen

from p2c.errors import AmbiguousError, ConfigurationError, ContentionError, SignInError, ThrottledError, TransientError
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.throttle import LONGEST_PAUSE, WaitLimits
from p2c.systems.odata.tokens import TokenSource

OK = Answer(body={"value": []})
PAGE = Answer(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"})


def read(session: ODataSession) -> int:
    return session.request("GET", "CustomersV3", repeatable=True).status


def write(session: ODataSession) -> int:
    return session.request("POST", "CustomersV3", body=b"{}", repeatable=False).status


def throttled(seconds: object, status: int = 429) -> Answer:
    return Answer(status, headers={"Retry-After": str(seconds)})


def test_a_request_is_signed_and_carries_the_protocols_headers(server: ScriptedServer, session: ODataSession) -> None:
    read(session)
    headers = server.seen[0].headers
    assert headers["Authorization"] == "Bearer token-1"
    assert (headers["OData-Version"], headers["OData-MaxVersion"], headers["Accept"]) == (
        "4.0",
        "4.0",
        "application/json",
    )
    assert headers["x-ms-client-request-id"]


def test_only_the_token_request_carries_the_secret(server: ScriptedServer, session: ODataSession) -> None:
    read(session)
    assert b"the-client-secret" in server.token_requests[0].body
    assert "the-client-secret" not in str(server.seen)


def test_plain_http_to_another_machine_is_refused(tokens: TokenSource, transport: requests.Session) -> None:
    with pytest.raises(ConfigurationError, match="use https"):
        ODataSession("http://contoso.com/data", tokens, transport=transport)


def test_a_token_that_is_not_accepted_is_renewed_once(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.extend([Answer(401), OK])
    assert read(session) == 200
    assert [seen.headers["Authorization"] for seen in server.seen] == ["Bearer token-1", "Bearer token-2"]


def test_a_new_token_that_is_not_accepted_ends_it(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = Answer(401, {"error": {"message": "No user is mapped to this application."}})
    with pytest.raises(SignInError, match="No user is mapped") as raised:
        read(session)
    assert len(server.seen) == 2
    assert "token-" not in str(raised.value)


def test_a_burst_of_rejections_costs_one_renewal(server: ScriptedServer, session: ODataSession) -> None:
    def accept_second_token(seen: Seen) -> Answer:
        return OK if seen.headers["Authorization"] == "Bearer token-2" else Answer(401)

    server.otherwise = accept_second_token
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: read(session), range(50))) == {200}
    assert len(server.token_requests) == 2


def test_a_throttled_request_waits_as_long_as_asked(
    server: ScriptedServer, session: ODataSession, time: ManualTime
) -> None:
    server.answers.extend([throttled(7), throttled(3, status=503), OK])
    assert read(session) == 200
    assert time.waits == [7, 3]
    assert (session.statistics.throttled, session.statistics.retries, session.statistics.requests) == (2, 2, 3)


def test_a_date_to_wait_for_is_understood(server: ScriptedServer, session: ODataSession, time: ManualTime) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answers.extend([throttled(until), OK])
    read(session)
    assert 27 <= sum(time.waits) <= 30


def test_a_throttled_write_is_sent_again(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.extend([throttled(1), OK])
    assert write(session) == 200


def test_the_window_holds_for_every_thread(server: ScriptedServer, session: ODataSession, time: ManualTime) -> None:
    moments: list[float] = []

    def note(seen: Seen) -> Answer:
        moments.append(time.now)
        return OK

    server.answers.append(throttled(20))
    with pytest.raises(ThrottledError):
        session.request("GET", "X", repeatable=True, outlast_throttling=False)
    server.otherwise = note
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: read(session), range(8)))
    assert min(moments) >= 1020


def test_a_pause_longer_than_the_limit_is_handed_on(
    server: ScriptedServer, session: ODataSession, time: ManualTime
) -> None:
    server.answers.append(throttled(3000))
    with pytest.raises(ThrottledError) as raised:
        read(session)
    assert (raised.value.retry_after, time.waits, len(server.seen)) == (3000, [], 1)


def test_an_absurd_pause_is_handed_on_as_the_longest_there_is(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(throttled(86_400))
    with pytest.raises(ThrottledError) as raised:
        read(session)
    assert raised.value.retry_after == LONGEST_PAUSE


def test_pauses_without_end_reach_a_limit(
    server: ScriptedServer, make_session: Callable[..., ODataSession], time: ManualTime
) -> None:
    server.otherwise = throttled(30)
    with pytest.raises(ThrottledError, match="has let nothing through for 90 seconds"):
        read(make_session(limits=WaitLimits(total_wait=100)))
    assert sum(time.waits) <= 100


def test_a_throttled_request_without_a_time_waits_longer_and_longer(
    server: ScriptedServer, session: ODataSession, time: ManualTime
) -> None:
    server.answers.extend([Answer(429)] * 4 + [OK])
    read(session)
    assert len(time.waits) == 4
    assert 1 <= time.waits[0] <= 2 < time.waits[3] <= 16


@pytest.mark.parametrize(
    "fault",
    [
        Answer(408),
        Answer(500),
        Answer(502),
        Answer(503),
        Answer(504),
        Answer(reset=True),
        Answer(body=b"12345", cut_at=2),
    ],
)
def test_a_read_is_repeated_after_a_fault(server: ScriptedServer, session: ODataSession, fault: Answer) -> None:
    server.answers.extend([fault, fault, OK])
    assert read(session) == 200
    assert session.statistics.retries == 2


@pytest.mark.parametrize("fault", [Answer(500), Answer(reset=True)])
def test_a_read_that_always_fails_ends_as_transient(
    server: ScriptedServer, session: ODataSession, time: ManualTime, fault: Answer
) -> None:
    server.otherwise = fault
    with pytest.raises(TransientError) as raised:
        read(session)
    assert type(raised.value) is TransientError
    assert len(server.seen) == WaitLimits().attempts
    assert time.waits == sorted(time.waits)


@pytest.mark.parametrize(
    "fault", [Answer(408), Answer(500), Answer(503), Answer(504), Answer(reset=True), Answer(body=b"12", cut_at=1)]
)
def test_a_write_is_not_repeated_after_a_fault(server: ScriptedServer, session: ODataSession, fault: Answer) -> None:
    server.answers.append(fault)
    with pytest.raises(AmbiguousError):
        write(session)
    assert len(server.seen) == 1


def test_a_write_without_token_is_not_ambiguous(server: ScriptedServer, session: ODataSession) -> None:
    server.token_answers.extend([Answer(reset=True)] * 99)
    with pytest.raises(TransientError) as raised:
        write(session)
    assert not isinstance(raised.value, AmbiguousError)
    assert server.seen == []


def test_a_web_page_in_place_of_data_names_the_host(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(PAGE)
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1 answers with a web page"):
        read(session)


def test_a_redirect_on_the_same_host_is_followed(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.extend([Answer(307, headers={"Location": "/data/Other?x=1"}), OK])
    assert read(session) == 200
    assert server.seen[1].path == "/data/Other?x=1"


def test_a_redirect_to_another_host_is_refused_and_gets_no_token(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(302, headers={"Location": "https://login.microsoftonline.com/?token"}))
    with pytest.raises(ConfigurationError, match=r"redirects to login\.microsoftonline\.com"):
        read(session)


def test_redirects_in_a_circle_end(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = Answer(302, headers={"Location": "/data/Next"})
    with pytest.raises(ConfigurationError, match="redirects"):
        read(session)
    assert len(server.seen) <= 3


def test_a_redirected_write_is_refused(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(307, headers={"Location": "/data/Other"}))
    with pytest.raises(ConfigurationError, match="redirects"):
        write(session)
    assert len(server.seen) == 1


def test_a_link_to_another_host_is_not_called(session: ODataSession) -> None:
    with pytest.raises(ConfigurationError, match="another host"):
        session.request("GET", "https://evil.com/data/X", repeatable=True)


def test_the_servers_time_is_read_from_its_answer(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(body=b"{}", headers={"Date": "Thu, 05 Mar 2026 12:00:00 GMT"}))
    assert session.server_time("WhoAmI") == datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_a_missing_date_header_is_told(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(body=b"{}", headers={"Date": ""}))
    with pytest.raises(ConfigurationError, match="no Date header"):
        session.server_time("WhoAmI")


def test_the_parallelism_hint_is_kept(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(body=b"{}", headers={"x-ms-dop-hint": "26"}))
    read(session)
    assert session.statistics.parallelism_hint == 26


def test_the_evidence_shows_a_long_address_cut_and_no_token(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.append(Answer(403, {"error": {"code": "0x1", "message": "No."}}))
    with pytest.raises(ConfigurationError) as raised:
        session.request("GET", "X", params={"$filter": "A eq '" + "x" * 5000 + "'"}, repeatable=True)
    assert len(str(raised.value)) < 800
    assert "token-1" not in str(raised.value)


def test_contention_over_a_write_is_not_repeated_as_it_was(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = Answer(500, {"error": {"code": "0x80044151", "message": "SQL timeout."}})
    with pytest.raises(ContentionError):
        session.request("POST", "X", body=b"{}", repeatable=False)
    assert len(server.seen) == 1


def test_a_pause_holds_the_next_request(server: ScriptedServer, session: ODataSession, time: ManualTime) -> None:
    session.pause(7)
    session.request("GET", "X", repeatable=True)
    assert time.waits == [7]
