"""Where an installation keeps its settings and its staged sets."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from p2c.errors import ConfigurationError
from p2c_airflow.installation import airflow_home, find_site_modules, installed_site, site_file, staging_address

OPTION = "AIRFLOW__PROSPECT_TO_CASH__SITE_FILE"


def test_the_settings_stand_beside_the_dags_folder() -> None:
    assert site_file() == Path(__file__).parents[2] / "include" / "site.toml"
    assert list(installed_site().organizations) == ["usmf", "demf", "glco"]


def test_the_option_names_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OPTION, str(tmp_path / "site.toml"))
    assert site_file() == tmp_path / "site.toml"


def test_a_relative_path_counts_from_the_airflow_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPTION, "config/site.toml")
    assert site_file() == airflow_home() / "config" / "site.toml"


def test_a_file_that_is_not_there_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPTION, "/none/site.toml")
    with pytest.raises(ConfigurationError, match=r"\[prospect_to_cash\] site_file"):
        installed_site()


def test_modules_beside_the_dags_are_found_as_in_a_task(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "contoso_beside_dags.py").write_text("NAME = 'contoso'\n")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    find_site_modules()
    find_site_modules()
    assert sys.path.count(str(tmp_path)) == 1
    assert import_module("contoso_beside_dags").NAME == "contoso"


def test_staged_sets_lie_in_the_airflow_home_unless_told_otherwise() -> None:
    assert staging_address(installed_site()) == (airflow_home() / "staging").as_uri()


def test_staged_sets_lie_where_the_settings_say() -> None:
    site = installed_site().model_copy(update={"staging": "s3://staging@bucket/p2c"})
    assert staging_address(site) == "s3://staging@bucket/p2c"
