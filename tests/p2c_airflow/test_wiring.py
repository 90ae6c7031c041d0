"""What all flow DAGs have in common."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from p2c.errors import ConfigurationError
from p2c.flows.accounts import ACCOUNTS
from p2c_airflow.wiring import (
    flow_dag_arguments,
    flow_schedule,
    group_name,
    initial_load_arguments,
    organizations,
    step_defaults,
)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    monkeypatch.setenv("AIRFLOW__PROSPECT_TO_CASH__SITE_FILE", str(file))
    return file


def test_organizations_come_in_the_order_of_the_settings(settings: Path) -> None:
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n[organizations.a]\nlegal_entity = "demf"\n')
    assert organizations() == ["z", "a"]


def test_a_schedule_is_daily_and_utc_unless_set(settings: Path) -> None:
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n')
    assert flow_schedule(ACCOUNTS).expression == "0 0 * * *"


def test_a_schedule_that_is_none_is_refused_when_the_dag_is_parsed(settings: Path) -> None:
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n[flows.accounts]\nschedule = "nightly"\n')
    with pytest.raises(ConfigurationError, match="'nightly' is no cron expression"):
        flow_schedule(ACCOUNTS)


def test_the_page_shows_what_the_site_changed(settings: Path) -> None:
    settings.write_text(
        '[organizations.z]\nlegal_entity = "usmf"\n[flows.accounts.fields.CreditLimit]\nenabled = true\n'
    )
    page = flow_dag_arguments(ACCOUNTS)["doc_md"]
    assert "`CreditLimit` (off)" not in page
    assert "`CreditLimit`" in page


def test_retries_grow_apart_and_end() -> None:
    defaults = step_defaults()
    assert defaults["retry_delay"] < defaults["max_retry_delay"] < timedelta(hours=1)


def test_the_initial_load_belongs_to_the_systems_of_every_flow(settings: Path) -> None:
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n')
    arguments = initial_load_arguments()
    assert set(arguments["tags"]) == {"prospect to cash", "sales", "finance_operations"}
    assert arguments["params"]["dry_run"].value is True


def test_a_task_group_is_named_after_its_flow() -> None:
    assert group_name(ACCOUNTS) == "accounts_to_customers"


def test_a_dag_with_a_flow_in_shadow_mode_says_so_by_a_tag(settings: Path) -> None:
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n[flows.accounts]\ndry_run = true\n')
    assert "shadow mode" in flow_dag_arguments(ACCOUNTS)["tags"]
    settings.write_text('[organizations.z]\nlegal_entity = "usmf"\n')
    assert "shadow mode" not in flow_dag_arguments(ACCOUNTS)["tags"]
