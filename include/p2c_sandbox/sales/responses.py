"""Answers of the Dataverse Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from p2c_sandbox.messages import Response
from p2c_sandbox.sales.errors import SalesError

JSON = "application/json; odata.metadata=minimal"
_encode = msgspec.json.Encoder(decimal_format="number").encode


def json_answer(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; decimals digit for digit."""
    return Response(status, _encode(content), {"content-type": JSON, **(headers or {})})


def error_answer(error: SalesError) -> Response:
    """The answer to a refused request."""
    return json_answer(error.status, error.content(), error.headers)
