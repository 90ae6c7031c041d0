from __future__ import annotations

import json
import subprocess
import sys

import pytest

from p2c.systems.odata.messages import LONGEST_MESSAGE, MessagePatterns, Refusal, matches, read_refusal, readable

INFOLOG = (
    "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Warning: The value 'Local' in field 'Customer "
    "group' is not found in the related table 'Customer groups'.; Warning: validateField failed on field "
    "'CustCustomerV3Entity.CustomerGroupId'.; Info: The value 'Local' in field 'Customer group' is not found in the "
    "related table 'Customer groups'."
)
WRITE_EXCEPTION = "Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException"


def body(inner: dict[str, object] | None = None, **error: object) -> bytes:
    whole = {"code": "", "message": "An error has occurred.", "innererror": inner, **error}
    return json.dumps({"error": whole}).encode()


def test_an_infolog_becomes_its_sentences_once_and_without_noise() -> None:
    assert readable(INFOLOG) == (
        "The value 'Local' in field 'Customer group' is not found in the related table 'Customer groups'."
    )


def test_several_sentences_of_an_infolog_are_joined() -> None:
    assert readable("Infolog: Error: First.; Info: Second") == "First. Second."


def test_an_infolog_of_noise_only_is_kept_as_it_is() -> None:
    text = "Infolog: Warning: validateField failed on field 'A.B'."
    assert readable(text) == text


def test_other_text_is_put_on_one_line_and_cut() -> None:
    assert readable("a\n  b") == "a b"
    assert len(readable("x" * 5000)) == LONGEST_MESSAGE


def test_a_site_can_add_the_patterns_of_its_language() -> None:
    patterns = MessagePatterns(severity=r"^\s*(?:Warnung|Fehler):\s*", noise=(r"^validateField fehlgeschlagen",))
    text = "Infolog: Warnung: Wert fehlt.; Warnung: validateField fehlgeschlagen bei Feld X."
    assert readable(text, patterns) == "Wert fehlt."


def test_the_inner_error_of_fo_is_read() -> None:
    refusal = read_refusal(body({"message": INFOLOG, "type": WRITE_EXCEPTION, "stacktrace": "at Dynamics.Ax"}))
    assert refusal.concerns_data
    assert refusal.text.startswith("The value 'Local'")


def test_a_deeper_exception_is_read_where_the_infolog_is_there() -> None:
    deeper = {"message": "Infolog: Error: Blocked.", "type": "Y"}
    assert read_refusal(body({"message": "Failed.", "type": "X", "internalexception": deeper})) == Refusal(
        "", "Blocked.", concerns_data=True
    )


def test_a_dataverse_error_has_a_code() -> None:
    refusal = read_refusal(b'{"error":{"code":"0x80040217","message":"account With Id = 1 Does Not Exist"}}')
    assert refusal == Refusal("0x80040217", "account With Id = 1 Does Not Exist")


@pytest.mark.parametrize("other", [b"", b"<html>", b"[]", b'{"error":"x"}', b'{"Message":"No HTTP resource"}', b"\xff"])
def test_another_body_gives_an_empty_refusal(other: bytes) -> None:
    assert read_refusal(other) == Refusal()


def test_patterns_ignore_case() -> None:
    assert matches("THE RECORD ALREADY EXISTS.", MessagePatterns().record_exists)


#: Threads of one process read their first refusal at once, in many processes one after the other.
FIRST_REFUSALS = """
import os, sys, threading
from p2c.systems.odata.messages import read_refusal

def refused():
    gate.wait()
    read_refusal(b'{"error":{"innererror":{"internalexception":{}}}}')

sys.setswitchinterval(1e-6)
for _ in range(60):
    if not (child := os.fork()):
        gate = threading.Barrier(8)
        threads = [threading.Thread(target=refused) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"a process ended with {status}")
"""


def test_threads_may_meet_their_first_refusal_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_REFUSALS], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
