"""The connection to the Common Data Service."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowNotFoundException
from fixtures.installation import Connect
from sqlalchemy import make_url

from p2c.database.schema import initialize
from p2c.flows import cds_entities
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.installation import airflow_home, installed_site


def initialized(hook: CommonDataServiceHook) -> CommonDataServiceHook:
    initialize(hook.get_conn(), cds_entities(installed_site()))
    return hook


def test_without_a_connection_it_is_a_sqlite_file_in_the_airflow_home(airflow_database: None) -> None:
    assert CommonDataServiceHook().url.database == str(airflow_home() / "common_data_service.sqlite")


def test_a_connection_of_another_name_has_to_exist(airflow_database: None) -> None:
    with pytest.raises(AirflowNotFoundException):
        _ = CommonDataServiceHook("elsewhere").url


def test_a_server_makes_it_postgresql(connect: Connect) -> None:
    connect("common_data_service", host="db", port=5433, login="p2c", password="s3cret", extra={"sslmode": "require"})
    url = CommonDataServiceHook().url
    assert url.render_as_string() == "postgresql://p2c:***@db:5433/p2c?sslmode=require"


def test_the_test_button_sees_the_schema_of_this_release(connect: Connect, tmp_path: Path) -> None:
    connect("common_data_service", extra={"sqlite_file": str(tmp_path / "cds.sqlite")})
    done, message = initialized(CommonDataServiceHook()).test_connection()
    assert done, message
    assert "at the schema of this release" in message


def test_the_test_button_works_on_postgresql_and_shows_no_password(connect: Connect, postgres_url: str) -> None:
    url = make_url(postgres_url)
    connect(
        "common_data_service",
        host=url.host,
        port=url.port,
        login=url.username,
        password=url.password,
        schema=url.database,
    )
    done, message = initialized(CommonDataServiceHook()).test_connection()
    assert done, message
    assert f":{url.password}@" not in message


def test_an_older_schema_is_told_what_to_run(connect: Connect, tmp_path: Path) -> None:
    connect("common_data_service", extra={"sqlite_file": str(tmp_path / "cds.sqlite")})
    done, message = CommonDataServiceHook().test_connection()
    assert not done
    assert "p2c init" in message


def test_a_folder_that_does_not_exist_is_explained(connect: Connect) -> None:
    connect("common_data_service", extra={"sqlite_file": "/nowhere/cds.sqlite"})
    done, message = CommonDataServiceHook().test_connection()
    assert not done
    assert "SQLite file cannot be used" in message
