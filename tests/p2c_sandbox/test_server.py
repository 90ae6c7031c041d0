from __future__ import annotations

import socket

import pytest

from p2c_sandbox.server import AddressRefused, Endpoint, answers, bind, is_loopback, origin


def test_both_systems_are_answered() -> None:
    assert set(answers()) == {"sales", "finance_operations"}


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("192.0.2.1", False), ("a", False)],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_plain_http_beyond_loopback_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"not on 192\.0\.2\.1: add --tls"):
        bind(Endpoint("192.0.2.1", 0))


def test_the_address_tells_the_port_that_was_taken() -> None:
    endpoint = Endpoint("127.0.0.1", 0)
    with bind(endpoint) as listener:
        assert origin(endpoint, listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        bind(Endpoint("127.0.0.1", taken.getsockname()[1]))
