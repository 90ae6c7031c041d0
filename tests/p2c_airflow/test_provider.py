"""The provider metadata, as Airflow reads it."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path

import airflow
import jsonschema
import pytest
from airflow.providers_manager import ProvidersManager

from p2c_airflow.provider import get_provider_info

SCHEMAS = Path(airflow.__file__).parent
TYPES = ("dynamics_sales", "dynamics_finops", "common_data_service")


@pytest.fixture(scope="module")
def manager() -> ProvidersManager:
    return ProvidersManager()


def test_the_metadata_fits_airflows_schema_of_provider_packages() -> None:
    jsonschema.validate(get_provider_info(), json.loads((SCHEMAS / "provider_info.schema.json").read_text()))


def test_the_connection_forms_fit_airflows_schema_of_forms() -> None:
    schema = json.loads((SCHEMAS / "provider.yaml.schema.json").read_text())
    jsonschema.validate(get_provider_info()["connection-types"], schema["properties"]["connection-types"])


def test_the_package_name_is_that_of_the_distribution() -> None:
    assert get_provider_info()["package-name"] == distribution("prospect-to-cash").metadata["Name"]


def test_airflow_lists_the_provider(manager: ProvidersManager) -> None:
    assert "prospect-to-cash" in manager.providers


@pytest.mark.parametrize("connection_type", TYPES)
def test_airflow_imports_the_hook_of_every_connection_type(manager: ProvidersManager, connection_type: str) -> None:
    hook = manager.hooks[connection_type]
    assert hook is not None
    assert hook.connection_id_attribute_name == "conn_id"
    assert hook.connection_testable


@pytest.mark.parametrize("connection_type", TYPES)
def test_airflow_draws_a_form_for_every_connection_type(manager: ProvidersManager, connection_type: str) -> None:
    fields = [name for name in manager.connection_form_widgets if name.startswith(f"extra__{connection_type}__")]
    assert fields
    assert manager.field_behaviours[connection_type]["relabeling"]["host"]


def test_airflow_knows_the_option_that_names_site_toml() -> None:
    options = get_provider_info()["config"]["prospect_to_cash"]["options"]
    assert options["site_file"]["default"] == ""


def test_airflow_offers_our_commands(manager: ProvidersManager) -> None:
    groups = [command for function in manager.cli_command_functions for command in function()]
    ours = next(group for group in groups if group.name == "p2c")
    names = [command.name for command in ours.subcommands]
    assert names == ["init", "check", "preflight", "runs", "rows", "due", "differences", "unselected", "docs"]
