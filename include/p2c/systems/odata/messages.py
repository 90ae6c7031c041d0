"""What the systems say when they refuse: error bodies read, texts made fit for people.

Sources: Microsoft docs, "Compose HTTP requests and handle errors" (Dataverse); for F&O, error bodies with
``innererror`` and the infolog text of X++.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

LONGEST_MESSAGE = 1000
WRITE_EXCEPTION = "AxODataWriteException"


@dataclass(frozen=True, kw_only=True)
class MessagePatterns:
    """Texts of F&O that decide something, as regular expressions that ignore case.

    They follow the language of the F&O user; a site whose user is not English adds its own.
    """

    infolog: str = r"\bInfolog:\s*"
    severity: str = r"^\s*(?:Info|Warning|Error):\s*"
    noise: tuple[str, ...] = (r"^validate(?:Field|Write|Delete) failed on\b", r"^Write failed for table row\b")
    record_exists: tuple[str, ...] = (r"\brecord already exists\b",)
    conflict: tuple[str, ...] = (r"\bupdate conflict occurred\b",)


DEFAULT_PATTERNS = MessagePatterns()


class _Inner(msgspec.Struct):
    message: str = ""
    type: str = ""
    internalexception: _Inner | None = None


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""
    innererror: _Inner | None = None


class _ErrorBody(msgspec.Struct):
    error: _Error


# made before threads are: two that make one of the same type at a time crash msgspec 0.22
_ERROR_BODY = msgspec.json.Decoder(_ErrorBody)


@dataclass(frozen=True)
class Refusal:
    """A system's error: its ``code`` (Dataverse only) and its text for people.

    ``concerns_data`` says that F&O's business logic refused the data, whatever the status.
    """

    code: str = ""
    text: str = ""
    concerns_data: bool = False


def read_refusal(body: bytes, patterns: MessagePatterns = DEFAULT_PATTERNS) -> Refusal:
    """Read an OData error body; a body of another shape gives an empty Refusal."""
    try:
        error = _ERROR_BODY.decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Refusal()
    inner = error.innererror or _Inner()
    texts = [inner.message, inner.internalexception.message if inner.internalexception else "", error.message]
    text = next((text for text in texts if _holds_infolog(text, patterns)), inner.message or error.message)
    concerns_data = inner.type.endswith(WRITE_EXCEPTION) or _holds_infolog(text, patterns)
    return Refusal(error.code, readable(text, patterns), concerns_data)


def _holds_infolog(text: str, patterns: MessagePatterns) -> bool:
    return re.search(patterns.infolog, text, re.IGNORECASE) is not None


def readable(text: str, patterns: MessagePatterns = DEFAULT_PATTERNS) -> str:
    """The sentences of an infolog, each once, without severities and X++ noise; other text as it stands."""
    found = re.search(patterns.infolog, text, re.IGNORECASE)
    if not found:
        return " ".join(text.split())[:LONGEST_MESSAGE]
    parts = (
        re.sub(patterns.severity, "", part, flags=re.IGNORECASE).strip() for part in text[found.end() :].split(";")
    )
    sentences = dict.fromkeys(part.rstrip(".") for part in parts if part and not matches(part, patterns.noise))
    return (". ".join(sentences) + "." if sentences else " ".join(text.split()))[:LONGEST_MESSAGE]


def matches(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of ``patterns`` occurs in ``text``, whatever the case."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
