"""What to do about a refusal of Entra.

Source: Microsoft docs, "Microsoft Entra authentication and authorization error codes".
"""

from __future__ import annotations

_ADVICE = {
    "AADSTS7000215": "the client secret is wrong. Enter the secret's value, not its id, in the connection.",
    "AADSTS7000222": "the client secret has expired. Make a new one in the app registration and enter it.",
    "AADSTS7000216": "a client secret or certificate is missing in the connection.",
    "AADSTS700016": "this tenant has no such app registration. Check client id and the tenant in the token URL.",
    "AADSTS90002": "there is no such tenant. Check the tenant in the token URL.",
    "AADSTS700027": "the certificate does not match the app registration. Upload its public part there.",
    "AADSTS700024": "the signed assertion is not within its time. Set the clock of this machine.",
    "AADSTS500011": "the scope is no environment of the tenant. Use <environment URL>/.default, no other slash.",
    "AADSTS1002012": "the scope is not allowed here. Use <environment URL>/.default.",
    "AADSTS70011": "the scope is malformed. Use <environment URL>/.default.",
    "AADSTS7000112": "the app registration is disabled. Enable its enterprise application.",
    "invalid_client": "client id or secret is wrong. Check both in the connection.",
    "invalid_scope": "the scope is wrong. Use <environment URL>/.default.",
}


def advice_for(code: str) -> str:
    """What ``code`` (``AADSTS...``, or OAuth's own) means and what to do."""
    return _ADVICE.get(code, "see the code in Microsoft's list of Entra error codes, and check the connection.")
