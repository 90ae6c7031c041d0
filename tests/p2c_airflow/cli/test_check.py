"""`p2c check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.models.pool import Pool
from airflow.settings import Session
from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox
from fixtures.steps import STORE_COLUMNS
from sqlalchemy import delete

from p2c_airflow.cli.main import main
from p2c_airflow.pools import create_pools


def check(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["check", *options])
    return int(ended.value.code or 0)


def test_a_sound_installation_passes(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    assert "are sound." in capsys.readouterr().out


def test_every_mistake_is_shown_with_what_is_known(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("CustomerGroupId", "CustomerGroopId"))
    assert check() == 1
    shown = capsys.readouterr().err
    assert "error(s) to mend before a run" in shown
    assert "'CustomerGroopId'; did you mean 'CustomerGroupId'" in shown


def test_a_missing_pool_is_named_with_the_command_that_makes_it(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Session.execute(delete(Pool).where(Pool.pool == "p2c_sales"))
    Session.commit()
    assert check() == 1
    assert "Airflow lacks the pools p2c_sales" in capsys.readouterr().err
    create_pools()


def test_live_it_reads_the_metadata_of_both_systems(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("--live") == 0
    read = {(seen["system"], seen["path"].rpartition("/")[2]) for seen in demo_sandbox.requests_seen()}
    assert {("sales", "RetrieveMetadataChanges(Query=@q)"), ("finance_operations", "PublicEntities")} <= read


def test_live_it_tells_a_field_that_a_system_no_longer_has(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    dropped = {"system": "finance_operations", "entity_set": "CustomersV3", "field": "PrimaryContactPhone"}
    demo_sandbox.control("POST", "schema", {**dropped, "drop": True})
    assert check("--live") == 1
    assert "Unknown field of CustomersV3 'PrimaryContactPhone'" in capsys.readouterr().err


def test_live_it_tells_a_setting_of_sales_that_a_flow_expects_otherwise(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    [organization] = demo_sandbox.rows("sales", "organizations")
    kept = {name: value for name, value in organization.items() if name not in STORE_COLUMNS}
    demo_sandbox.put_rows("sales", "organizations", kept | {"discountcalculationmethod": 1})
    assert check("--live", "--rows", "0") == 1
    assert "discountcalculationmethod of organizations is 1 (Per unit)" in capsys.readouterr().err


def test_live_it_goes_on_without_metadata_that_a_system_does_not_give(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_sandbox.plan_faults({"match": {"path": "^/metadata/"}, "action": {"status": 403}})
    assert check("--live", "--rows", "0") == 0
    assert "F&O does not give its metadata" in capsys.readouterr().out


def test_live_it_lists_the_values_that_would_stop_rows(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("--live") == 0
    assert "accounts demf: address1_country: AddressCountryRegionISOCode: 'Lietuva' has no" in capsys.readouterr().out
    assert demo_sandbox.effects(system="finance_operations") == []


def test_live_it_shows_each_finding_once(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check("--live")
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning")]
    assert len(shown) == len(set(shown)) > 0


def test_live_it_reads_only_so_many_rows(installation: Path, demo_sandbox: Sandbox) -> None:
    assert check("--live", "--rows", "0") == 0
    assert not any("/accounts" in seen["path"] for seen in demo_sandbox.requests_seen())


def test_live_it_explains_wrong_credentials(
    installation: Path, demo_sandbox: Sandbox, connect: Connect, capsys: pytest.CaptureFixture[str]
) -> None:
    connect("dynamics_sales", **sandbox_connection(demo_sandbox) | {"password": "wrong"})
    assert check("--live") == 1
    assert "the client secret is wrong" in capsys.readouterr().err
