"""The extras that shape the transport."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2c.errors import ConfigurationError
from p2c_airflow.hooks.transport import timeout, transport


def test_without_extras_tls_is_verified_and_the_environment_is_not_asked() -> None:
    session = transport({}, connections=1)
    assert session.verify is True
    assert session.trust_env is False
    assert session.proxies == {}


@pytest.mark.parametrize("value", [False, "false", "False"])
def test_verification_can_be_switched_off(value: object) -> None:
    assert transport({"verify": value}, connections=1).verify is False


def test_a_ca_bundle_is_taken_by_its_path(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert transport({"verify": str(bundle)}, connections=1).verify == str(bundle)


def test_a_ca_bundle_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"Verify TLS is '/none\.pem'"):
        transport({"verify": "/none.pem"}, connections=1)


def test_a_proxy_serves_both_schemes() -> None:
    assert transport({"proxy": "http://proxy:8080"}, connections=1).proxies == {
        "http": "http://proxy:8080",
        "https": "http://proxy:8080",
    }


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("true", True), ("false", False), (None, False)])
def test_the_environment_is_asked_where_the_connection_says_so(value: object, expected: bool) -> None:
    assert transport({"trust_env": value}, connections=1).trust_env is expected


def test_the_pool_of_connections_fits_the_parallel_requests() -> None:
    adapter = transport({}, connections=7).get_adapter("https://contoso")
    assert adapter._pool_maxsize == 7


@pytest.mark.parametrize(("value", "seconds"), [(None, 120), ("", 120), (30, 30), ("45", 45)])
def test_the_timeout_bounds_the_wait_for_an_answer(value: object, seconds: int) -> None:
    assert timeout({"timeout": value}).read == seconds


def test_a_timeout_that_is_no_number_is_named() -> None:
    with pytest.raises(ConfigurationError, match="'timeout' is 'soon'"):
        timeout({"timeout": "soon"})
