"""From an answer to the error tree: what a status, a code or a text means for what to do next.

Sources: Microsoft docs, "Compose HTTP requests and handle errors" and "Web service error codes" (Dataverse).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    ServiceLimit,
    SignInError,
    ThrottledError,
    TransientError,
)
from p2c.systems.odata.addresses import host_of, is_keyed
from p2c.systems.odata.messages import DEFAULT_PATTERNS, MessagePatterns, Refusal, matches, read_refusal
from p2c.systems.odata.throttle import retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from p2c.systems.odata.response import Response

# Dataverse: DuplicateRecord, DuplicateRecordEntityKey, a product and unit that the price list holds already
_EXISTS = frozenset({"0x80040237", "0x80060892", "0x80043b08"})
# Dataverse: DuplicateRecordsFound by a detection rule; told with 412 or 500
_LIKE_ANOTHER = frozenset({"0x80040333"})
# Dataverse: ObjectDoesNotExist, and the same of alternate key values
_MISSING = frozenset({"0x80040217", "0x80060891"})
# Dataverse: EntityKeyNotDefined, OptimisticConcurrencyNotEnabled
_TABLE_SETTINGS = frozenset({"0x80060890", "0x8006088d"})
# Dataverse: CouldNotObtainLockOnResource, SQL deadlock, SQL time-out
_CONTENTION = frozenset({"0x80044339", "0x80044150", "0x80044151"})
# In the text of ObjectDoesNotExist: "account With Id = <guid> Does Not Exist".
_MISSING_ID = re.compile(r"\bWith Id = ([0-9a-f-]{36})\b", re.IGNORECASE)
# The OData library of both systems, and Dataverse before it; these texts do not follow the language of a user.
_UNKNOWN_FIELD = re.compile(
    r"Could not find a property named '(?P<read>[^']+)' on type"
    r"|The property '(?P<written>[^']+)' does not exist on type"
    r"|Invalid property '(?P<invalid>[^']+)' was found in entity"
)
# A gateway or an overloaded server; an answer to a write may hide that it was carried out.
_UNCERTAIN_STATUSES = frozenset({408, 500, 502, 503, 504})
# Dataverse: the service protection limits of one user (Microsoft docs: Service protection API limits)
_SERVICE_LIMITS: dict[str, ServiceLimit] = {
    "0x80072322": "requests",
    "0x80072321": "execution_time",
    "0x80072326": "concurrency",
}
_DEFAULT_PAUSE = 30.0

Verdict = tuple[type[IntegrationError], str]


def error_of(
    response: Response, *, entity_set: str, repeatable: bool, patterns: MessagePatterns = DEFAULT_PATTERNS
) -> IntegrationError | None:
    """What ``response`` means, None for success.

    ``repeatable`` says that the request may be sent twice; if not, a server fault is an AmbiguousError.
    """
    if response.succeeded and not response.is_html:
        return None
    if response.is_html and response.status not in {401, 403, 429} and response.status < 500:
        return _answered_html(response)
    refusal = read_refusal(response.body, patterns)
    evidence = response.evidence(
        code=refusal.code, excerpt="" if refusal.text or response.is_html else response.excerpt()
    )
    if response.status == 429 or (response.status == 503 and retry_after(response.headers) is not None):
        pause = retry_after(response.headers)
        return ThrottledError(
            f"{host_of(response.url)} asks for a pause. {refusal.text}".strip(),
            evidence=evidence,
            retry_after=_DEFAULT_PAUSE if pause is None else pause,
            limit=_SERVICE_LIMITS.get(refusal.code.lower()),
        )
    kind, message = _verdict(response, refusal, entity_set, repeatable, patterns)
    return kind(message, evidence=evidence)


def _answered_html(response: Response) -> ConfigurationError:
    host = host_of(response.url)
    return ConfigurationError(
        f"{host} answers with a web page, not with data. Likely the URL of the connection is not the "
        "environment's own, or a proxy or a sign-in page stands before it.",
        evidence=response.evidence(),
    )


def _verdict(
    response: Response, refusal: Refusal, entity_set: str, repeatable: bool, patterns: MessagePatterns
) -> Verdict:
    said = refusal.text or "It gave no reason."
    host = host_of(response.url)
    verdict = _of_code(refusal, said, host, entity_set) or _of_text(response, refusal, said, patterns)
    if verdict is not None:
        return verdict
    if response.status in _UNCERTAIN_STATUSES or response.status >= 500:
        kind = TransientError if repeatable else AmbiguousError
        return kind, f"{host} is out of order for the moment. {said}"
    if response.status in _BY_STATUS:
        return _BY_STATUS[response.status](response, said, entity_set)
    if response.status == 400 and (unknown_field := _UNKNOWN_FIELD.search(refusal.text)):
        name = next(filter(None, unknown_field.groups()))
        return SchemaChangedError, (
            f"{host} has no field {name!r} in {entity_set}. Take the change back there, or map the field anew in "
            f"site.toml; `p2c check --live` shows what else has changed. It said: {said}"
        )
    if 300 <= response.status < 400:
        return ConfigurationError, (
            f"{host} redirects to {host_of(response.headers.get('Location', '')) or 'another address'}. "
            "Check that the URL of the connection is the environment's own."
        )
    return _refused(refusal, patterns), f"{entity_set}: {said}"


def _of_code(refusal: Refusal, said: str, host: str, entity_set: str) -> Verdict | None:
    """What Dataverse's code says whatever the status."""
    code = refusal.code.lower()
    if code in _CONTENTION:
        return ContentionError, f"{host}: another process holds the record, or time ran out. {said}"
    if code in _LIKE_ANOTHER:
        return RequestRefusedError, f"{entity_set}: a duplicate detection rule refuses the row. {said}"
    if code in _TABLE_SETTINGS:
        return ConfigurationError, f"{entity_set}: the table is not set up for this request. {said}"
    return None


def _of_text(response: Response, refusal: Refusal, said: str, patterns: MessagePatterns) -> Verdict | None:
    """What F&O's text says whatever the status."""
    if response.status == 409 or matches(refusal.text, patterns.conflict):
        return TransientError, f"{host_of(response.url)}: another process holds the record. {said}"
    return (_refused_data(refusal, patterns), said) if refusal.concerns_data else None


def _refused_data(refusal: Refusal, patterns: MessagePatterns) -> type[IntegrationError]:
    return RecordExistsError if matches(refusal.text, patterns.record_exists) else RequestRefusedError


def _refused(refusal: Refusal, patterns: MessagePatterns) -> type[IntegrationError]:
    if refusal.code.lower() in _EXISTS:
        return RecordExistsError
    return RecordNotFoundError if refusal.code.lower() in _MISSING else _refused_data(refusal, patterns)


def _unauthorised(response: Response, said: str, entity_set: str) -> Verdict:
    del entity_set
    return SignInError, (
        f"{host_of(response.url)} does not accept the token. {said} Check that the app registration is an application "
        "user there (Sales), or listed under Microsoft Entra applications (F&O), and that the scope is this system."
    )


def _forbidden(response: Response, said: str, entity_set: str) -> Verdict:
    return ConfigurationError, (
        f"{host_of(response.url)} denies access to {entity_set}: {said} "
        "Give the connection's user a role that allows it."
    )


def _not_found(response: Response, said: str, entity_set: str) -> Verdict:
    if _names_another_row(response, said):
        return RequestRefusedError, f"{entity_set}: the row refers to a record that does not exist. {said}"
    if is_keyed(response.url):
        return RecordNotFoundError, f"{entity_set}: the record does not exist. {said}"
    return ConfigurationError, (
        f"{host_of(response.url)} has no {entity_set!r}: {said} Check the name and the URL of the connection."
    )


def _names_another_row(response: Response, said: str) -> bool:
    """Whether the row that is missing is not the one addressed but one a lookup names."""
    if read_refusal(response.body).code.lower() not in _MISSING:
        return False
    found = _MISSING_ID.search(said)
    return not is_keyed(response.url) or (found is not None and found[1].lower() not in response.url.lower())


def _precondition(response: Response, said: str, entity_set: str) -> Verdict:
    code = read_refusal(response.body).code.lower()
    if code in _EXISTS:
        return RecordExistsError, f"{entity_set}: {said}"
    return PreconditionFailedError, f"{entity_set}: the record changed since it was read. {said}"


_BY_STATUS: dict[int, Callable[[Response, str, str], Verdict]] = {
    401: _unauthorised,
    403: _forbidden,
    404: _not_found,
    412: _precondition,
}
