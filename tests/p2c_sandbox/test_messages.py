from __future__ import annotations

import json

import pytest

from p2c_sandbox.messages import Request, decode, json_response, query_parameters


def test_header_names_are_given_with_underscores() -> None:
    response = json_response(200, {"a": 1}, retry_after="3")
    assert response.headers == {"content-type": "application/json", "retry-after": "3"}
    assert json.loads(response.body) == {"a": 1}


@pytest.mark.parametrize(("query", "url"), [("", "http://here/data/a"), ("a=b%20c", "http://here/data/a?a=b%20c")])
def test_the_address_of_a_request_is_as_it_was_written(query: str, url: str) -> None:
    assert Request("GET", "/data/a", query, {}, b"", "http://here", 1).url == url


def test_a_query_is_decoded_once_and_plus_is_a_blank() -> None:
    assert query_parameters("$filter=name+eq+'a%2Bb%2520c'&flag") == {"$filter": "name eq 'a+b%20c'", "flag": ""}


def test_a_repeated_query_option_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' is given more than once"):
        query_parameters("a=1&a=2")


def test_bytes_that_are_no_utf_8_are_refused() -> None:
    with pytest.raises(ValueError, match="does not decode to UTF-8"):
        decode("%ff")
