from __future__ import annotations

from p2c.systems.odata.sign_in import advice_for


def test_a_wrong_secret_is_told_from_an_expired_one() -> None:
    assert "is wrong" in advice_for("AADSTS7000215")
    assert "has expired" in advice_for("AADSTS7000222")


def test_an_unknown_code_leads_to_microsofts_list() -> None:
    assert "list of Entra error codes" in advice_for("AADSTS1")
