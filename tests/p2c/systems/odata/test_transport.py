from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest
import requests
from fixtures.scripted_server import Answer, ScriptedServer

from p2c.errors import AmbiguousError, ConfigurationError, IntegrationError, TransientError
from p2c.systems.odata.response import Response
from p2c.systems.odata.transport import Timeout, drop_cookies, exchange, new_transport, prepare

BODY = b'{"value":[' + b'{"A":"x"},' * 3000 + b'{"A":"y"}]}'


def get(transport: requests.Session, url: str, timeout: Timeout = Timeout(connect=2, read=2)) -> Response:  # noqa: B008
    return exchange(transport, "GET", url, headers={"X-Mine": "1"}, body=None, timeout=timeout)


def failure(transport: requests.Session, url: str, timeout: Timeout = Timeout(connect=2, read=2)) -> IntegrationError:  # noqa: B008
    with pytest.raises(IntegrationError) as raised:
        get(transport, url, timeout)
    return raised.value


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_body_is_read_whole(server: ScriptedServer, transport: requests.Session, framing: str) -> None:
    server.answers.append(Answer(body=BODY, framing=framing))  # type: ignore[arg-type]
    assert get(transport, f"{server.origin}/data").body == BODY


def test_a_compressed_body_is_unpacked(server: ScriptedServer, transport: requests.Session) -> None:
    server.answers.append(Answer(body=gzip.compress(BODY), headers={"Content-Encoding": "gzip"}))
    assert get(transport, f"{server.origin}/data").body == BODY


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("length", [0, 1, 20_000])
def test_a_body_cut_short_is_no_whole_answer(
    server: ScriptedServer, transport: requests.Session, framing: str, length: int
) -> None:
    server.answers.append(Answer(body=BODY, framing=framing, cut_at=length))  # type: ignore[arg-type]
    assert type(failure(transport, f"{server.origin}/data")) is AmbiguousError


def test_a_compressed_body_cut_short_is_no_whole_answer(server: ScriptedServer, transport: requests.Session) -> None:
    packed = gzip.compress(BODY)
    server.answers.append(Answer(body=packed[:-20], headers={"Content-Encoding": "gzip"}))
    assert type(failure(transport, f"{server.origin}/data")) is AmbiguousError


def test_a_reset_is_no_whole_answer(server: ScriptedServer, transport: requests.Session) -> None:
    server.answers.append(Answer(reset=True))
    error = failure(transport, f"{server.origin}/data")
    assert type(error) is AmbiguousError
    assert "127.0.0.1 gave no whole answer" in str(error)


def test_a_body_that_drips_ends_at_the_limit(server: ScriptedServer, transport: requests.Session) -> None:
    server.answers.append(Answer(body=b"x" * 10_000, drip_seconds=0.01))
    error = failure(transport, f"{server.origin}/data", Timeout(connect=0.1, read=0.2))
    assert "took too long" in str(error)


def test_a_silent_server_ends_at_the_limit(transport: requests.Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/data"
        assert type(failure(transport, url, Timeout(connect=1, read=0.1))) is AmbiguousError


def test_a_closed_port_means_that_nothing_was_sent(transport: requests.Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = failure(transport, f"http://127.0.0.1:{port}/data")
    assert type(error) is TransientError
    assert "nothing was sent" in str(error)


def test_an_unknown_host_is_named(transport: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_host(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    error = failure(transport, "https://contosso.operations.dynamics.com/data")
    assert type(error) is ConfigurationError
    assert "There is no host contosso.operations.dynamics.com" in str(error)


def test_a_name_service_out_of_order_is_transient(transport: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_order(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", out_of_order)
    assert type(failure(transport, "https://contoso.operations.dynamics.com/data")) is TransientError


def test_a_server_without_tls_is_a_configuration_error(server: ScriptedServer, transport: requests.Session) -> None:
    error = failure(transport, server.origin.replace("http://", "https://") + "/data")
    assert type(error) is ConfigurationError
    assert "did not prove its identity" in str(error)


def test_an_address_goes_out_as_it_stands(server: ScriptedServer, transport: requests.Session) -> None:
    path = "/data/X?$skiptoken=%3Ccookie%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522%22%20/%3E&a=~b'(c)"
    get(transport, server.origin + path)
    assert server.seen[0].path == path


def test_a_login_of_netrc_is_not_sent(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password hush\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with new_transport() as transport:
        transport.trust_env = True
        get(transport, f"{server.origin}/data")
    assert "Authorization" not in server.seen[0].headers


def test_a_cookie_is_not_sent_back(server: ScriptedServer, transport: requests.Session) -> None:
    server.otherwise = Answer(headers={"Set-Cookie": "ARRAffinity=1; Path=/"})
    for _ in range(2):
        get(transport, f"{server.origin}/data")
    assert "Cookie" not in server.seen[1].headers


def test_a_foreign_transport_drops_cookies_too(server: ScriptedServer) -> None:
    server.otherwise = Answer(headers={"Set-Cookie": "ARRAffinity=1; Path=/"})
    with requests.Session() as transport:
        drop_cookies(transport)
        for _ in range(2):
            get(transport, f"{server.origin}/data")
    assert "Cookie" not in server.seen[1].headers


def test_redirects_are_not_followed(server: ScriptedServer, transport: requests.Session) -> None:
    server.answers.append(Answer(302, headers={"Location": "https://evil.com/"}))
    assert get(transport, f"{server.origin}/data").status == 302


def test_the_pool_has_a_connection_for_each_lane() -> None:
    with prepare(requests.Session(), 7) as transport:
        assert transport.get_adapter("https://contoso.com/").poolmanager.connection_pool_kw["maxsize"] == 7  # type: ignore[attr-defined]
