from __future__ import annotations

import json

import pytest
from requests.structures import CaseInsensitiveDict

from p2c.errors import (
    AmbiguousError,
    ConfigurationError,
    ContentionError,
    IntegrationError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
    RequestRefusedError,
    SchemaChangedError,
    SignInError,
    ThrottledError,
    TransientError,
)
from p2c.systems.odata.classification import error_of
from p2c.systems.odata.messages import MessagePatterns
from p2c.systems.odata.response import Response

SET = "https://contoso.com/data/CustomersV3"
RECORD = f"{SET}(dataAreaId='usmf',CustomerAccount='A1')"
WRITE_EXCEPTION = "Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException"


def answer(
    status: int, message: str = "Said so.", *, code: str = "", inner: str = "", url: str = SET, **headers: str
) -> Response:
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    error = {"code": code, "message": message, "innererror": {"message": message, "type": inner}}
    return Response("GET", url, status, CaseInsensitiveDict(named), json.dumps({"error": error}).encode())


def judged(response: Response, *, repeatable: bool = True) -> IntegrationError:
    error = error_of(response, entity_set="CustomersV3", repeatable=repeatable)
    assert error is not None
    return error


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_no_error(status: int) -> None:
    assert error_of(answer(status), entity_set="X", repeatable=True) is None


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer(400), RequestRefusedError),
        (answer(401), SignInError),
        (answer(403), ConfigurationError),
        (answer(404), ConfigurationError),
        (answer(404, url=RECORD), RecordNotFoundError),
        (answer(408), TransientError),
        (answer(409), TransientError),
        (answer(410), RequestRefusedError),
        (answer(412), PreconditionFailedError),
        (answer(412, code="0x80060892"), RecordExistsError),
        (answer(412, code="0x80060882"), PreconditionFailedError),
        (answer(413), RequestRefusedError),
        (answer(429), ThrottledError),
        (answer(500), TransientError),
        (answer(500, inner=WRITE_EXCEPTION), RequestRefusedError),
        (answer(500, "Write failed. Infolog: Error: Blocked."), RequestRefusedError),
        (answer(500, "The record already exists.", inner=WRITE_EXCEPTION), RecordExistsError),
        (answer(400, "Infolog: Error: The record already exists."), RecordExistsError),
        (answer(500, "An update conflict occurred due to another user.", inner=WRITE_EXCEPTION), TransientError),
        (answer(400, code="0x80040217"), RecordNotFoundError),
        (answer(500, code="0x80044150"), ContentionError),
        (answer(400, code="0x80044151"), ContentionError),
        (answer(500, code="0x80040333"), RequestRefusedError),
        (answer(412, code="0x80040333"), RequestRefusedError),
        (answer(400, code="0x80043b08"), RecordExistsError),
        (answer(400, code="0x8006088D"), ConfigurationError),
        (answer(404, code="0x80040217"), RequestRefusedError),
        (answer(502), TransientError),
        (answer(503), TransientError),
        (answer(503, Retry_After="5"), ThrottledError),
        (answer(504), TransientError),
        (answer(302, Location="https://login.microsoftonline.com/"), ConfigurationError),
    ],
)
def test_an_answer_is_one_kind_of_error(response: Response, kind: type[IntegrationError]) -> None:
    assert type(judged(response)) is kind


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520])
def test_a_server_fault_leaves_a_write_ambiguous(status: int) -> None:
    assert type(judged(answer(status), repeatable=False)) is AmbiguousError


def test_a_throttled_write_is_not_ambiguous() -> None:
    error = judged(answer(429, Retry_After="12"), repeatable=False)
    assert isinstance(error, ThrottledError)
    assert error.retry_after == 12


def test_a_denied_entity_set_is_named_with_the_systems_reason() -> None:
    error = judged(answer(403, "User is not authorized to read view CustCustomerV3Entity."))
    assert "denies access to CustomersV3: User is not authorized to read view" in error.message


def test_an_unknown_entity_set_is_named() -> None:
    assert "contoso.com has no 'CustomersV3'" in judged(answer(404)).message


def test_a_redirect_names_where_it_leads() -> None:
    assert "login.microsoftonline.com" in judged(answer(302, Location="https://login.microsoftonline.com/x?y")).message


@pytest.mark.parametrize("status", [200, 404])
def test_a_web_page_is_a_wrong_url(status: int) -> None:
    page = Response("GET", SET, status, CaseInsensitiveDict({"Content-Type": "text/html"}), b"<html>Sign in</html>")
    error = judged(page)
    assert type(error) is ConfigurationError
    assert "contoso.com answers with a web page" in error.message


def test_a_web_page_of_a_gateway_out_of_order_is_transient() -> None:
    page = Response("GET", SET, 502, CaseInsensitiveDict({"Content-Type": "text/html"}), b"<html>Bad gateway</html>")
    assert type(judged(page)) is TransientError


def test_the_body_is_quoted_where_it_says_nothing_readable() -> None:
    response = Response("GET", SET, 400, CaseInsensitiveDict({"Content-Type": "text/plain"}), b"No HTTP resource")
    assert "No HTTP resource" in str(judged(response))


def test_the_stack_trace_of_fo_is_not_shown() -> None:
    inner = {"message": "Infolog: Error: No.", "stacktrace": "at Dyn.Ax"}
    body = {"error": {"message": "An error has occurred.", "innererror": inner}}
    response = Response("POST", SET, 500, CaseInsensitiveDict(), json.dumps(body).encode())
    assert "Dyn.Ax" not in str(judged(response))


def test_patterns_of_another_language_decide() -> None:
    patterns = MessagePatterns(record_exists=(r"\bist bereits vorhanden\b",))
    response = answer(500, "Der Datensatz ist bereits vorhanden.", inner=WRITE_EXCEPTION)
    error = error_of(response, entity_set="X", repeatable=True, patterns=patterns)
    assert type(error) is RecordExistsError


def test_a_missing_row_that_a_lookup_names_is_not_the_row_itself() -> None:
    own, other = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
    url = f"https://contoso.com/api/data/v9.2/products({own})"
    asked = answer(404, f"product With Id = {own} Does Not Exist", code="0x80040217", url=url)
    bound = answer(404, f"uom With Id = {other} Does Not Exist", code="0x80040217", url=url)
    assert type(judged(asked)) is RecordNotFoundError
    assert type(judged(bound)) is RequestRefusedError


@pytest.mark.parametrize(
    "said",
    [
        "Could not find a property named 'KnownAs' on type 'Microsoft.Dynamics.DataEntities.CustomerV3'.",
        "The property 'KnownAs' does not exist on type 'Microsoft.Dynamics.DataEntities.CustomerV3'. Make sure to only "
        "use property names that are defined by the type.",
        "Invalid property 'KnownAs' was found in entity 'Microsoft.Dynamics.CRM.account'.",
    ],
)
def test_a_field_that_the_system_does_not_have_concerns_the_flow_and_not_a_row(said: str) -> None:
    error = judged(answer(400, said))
    assert isinstance(error, SchemaChangedError)
    assert "contoso.com has no field 'KnownAs' in CustomersV3." in error.message
