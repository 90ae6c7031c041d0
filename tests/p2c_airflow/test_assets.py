"""The assets of a flow."""

from __future__ import annotations

from p2c_airflow.assets import flow_alias, landed_rows


def test_each_organization_has_an_asset_of_its_own() -> None:
    usmf, demf = landed_rows("accounts", "usmf"), landed_rows("accounts", "demf")
    assert (usmf.name, usmf.uri) == ("p2c/accounts/usmf", "p2c://accounts/usmf")
    assert usmf != demf


def test_one_alias_follows_all_organizations_of_a_flow() -> None:
    assert flow_alias("accounts").name == "p2c/accounts"
