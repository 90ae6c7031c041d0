from __future__ import annotations

import pytest

from p2c.errors import ConfigurationError
from p2c.systems.odata.addresses import (
    checked_url,
    entity_set_of,
    is_keyed,
    joined,
    redirected,
    same_origin,
    shown,
    with_parameters,
)

BASE = "https://contoso.operations.dynamics.com/data/"


@pytest.mark.parametrize("url", [BASE, "http://localhost:8080/data", "http://127.0.0.1/data", "http://[::1]:9/data"])
def test_https_and_loopback_are_accepted(url: str) -> None:
    assert checked_url(url, "URL") == url


@pytest.mark.parametrize("url", ["http://contoso.com/data", "http://10.0.0.1/", "http://localhost.contoso.com/"])
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="use https"):
        checked_url(url, "URL")


@pytest.mark.parametrize("url", ["", "contoso.com", "ftp://contoso.com", "https://", "https://contoso.com:port/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is no URL"):
        checked_url(url, "URL")


def test_a_url_with_a_login_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigurationError) as raised:
        checked_url("https://user:hush@contoso.com/", "URL")
    assert "hush" not in str(raised.value)


def test_a_path_is_joined_below_the_base() -> None:
    assert joined(BASE, "/CustomersV3") == BASE + "CustomersV3"


def test_a_link_of_the_same_host_is_taken_as_it_stands() -> None:
    link = "HTTPS://contoso.operations.dynamics.com:443/data/CustomersV3?$skip=5&cookie=%253c"
    assert joined(BASE, link) == link


@pytest.mark.parametrize("link", ["https://evil.com/data/X", "http://contoso.operations.dynamics.com/data/X"])
def test_a_link_to_another_host_or_scheme_is_refused(link: str) -> None:
    with pytest.raises(ConfigurationError, match="another host"):
        joined(BASE, link)


def test_ports_decide_the_origin() -> None:
    assert not same_origin("http://localhost:1/", "http://localhost:2/")


def test_a_relative_redirect_stays_on_the_host() -> None:
    assert redirected(BASE + "X", "/data/Y") == BASE + "Y"


def test_reserved_characters_of_a_filter_are_encoded() -> None:
    url = with_parameters(BASE + "X", {"$filter": "A eq 'a&b+c#d/e'", "$select": "A,B"})
    assert url == BASE + "X?$filter=A%20eq%20'a%26b%2Bc%23d%2Fe'&$select=A,B"


def test_parameters_are_added_to_those_a_url_has() -> None:
    assert with_parameters(BASE + "X?a=1", {"b": "2"}) == BASE + "X?a=1&b=2"


def test_a_long_address_is_shown_cut() -> None:
    assert len(shown(BASE + "x" * 1000)) == 303


def test_the_entity_set_of_a_keyed_address_is_found() -> None:
    url = BASE + "CustomersV3(dataAreaId='usmf',CustomerAccount='A%2FB')?cross-company=true"
    assert (entity_set_of(url, BASE), is_keyed(url)) == ("CustomersV3", True)


def test_a_filter_in_parentheses_is_no_key() -> None:
    assert not is_keyed(BASE + "CustomersV3?$filter=(A eq 'x')")
