from __future__ import annotations

import pytest

from p2c_sandbox.credential_fields import credential_fields, masked_headers, masked_query

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_of_an_authorization_header_only_the_scheme_is_kept() -> None:
    assert masked_headers({"authorization": "Bearer abc", "accept": "*/*"}) == {
        "authorization": "Bearer ***",
        "accept": "*/*",
    }


@pytest.mark.parametrize("name", ["client_secret", "x-api-key", "password", "cookie"])
def test_a_header_with_the_name_of_a_credential_is_masked(name: str) -> None:
    assert masked_headers({name: "abc"}) == {name: "***"}


def test_a_credential_in_the_query_is_masked_and_the_rest_kept() -> None:
    assert masked_query("a=1&client_secret=abc") == "a=1&client_secret=%2A%2A%2A"


def test_a_query_without_a_credential_is_kept_as_written() -> None:
    assert masked_query("$filter=name%20eq%20'x'") == "$filter=name%20eq%20'x'"


@pytest.mark.parametrize(
    ("headers", "query", "body", "found"),
    [
        ({"authorization": "Basic abc"}, "", b"", ["header:authorization"]),
        ({"client_secret": "abc"}, "", b"", ["header:client_secret"]),
        ({}, "client_secret=abc", b"", ["query:client_secret"]),
        (FORM, "", b"client_id=x&client_secret=abc", ["body:client_id", "body:client_secret"]),
        (JSON, "", b'{"a": [{"password": "abc"}]}', ["body:password"]),
        ({"x-note": "has s3cret in it"}, "", b"", ["value:header"]),
        (JSON, "", b'{"name": "s3cret"}', ["value:body"]),
    ],
)
def test_a_credential_is_found_wherever_it_stands(
    headers: dict[str, str], query: str, body: bytes, found: list[str]
) -> None:
    assert credential_fields(headers, query, body, ["s3cret"]) == found


def test_a_bearer_token_is_not_counted() -> None:
    assert credential_fields({"authorization": "Bearer abc"}, "", b"", ["s3cret"]) == []


def test_a_body_that_is_no_json_holds_no_names() -> None:
    assert credential_fields(JSON, "", b"{", []) == []
