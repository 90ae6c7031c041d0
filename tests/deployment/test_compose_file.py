"""docker-compose.yaml as Compose itself reads it: what it must say of every service, and what it must never say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fixtures.compose_file import ROOT, ComposeFileRefused, read

COMPOSE = ROOT / "docker-compose.yaml"
ENDS_BY_ITSELF = "init"
AIRFLOW = {"api-server", "dag-processor", "init", "scheduler", "triggerer", "worker"}
SECRET_NAME = re.compile(r"password|secret|token|key|conn|broker|backend", re.IGNORECASE)
#: A value that is read from a file of secrets, or that tells where one lies.
FROM_FILE = re.compile(r"/run/secrets/")
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(read()["services"])


def test_compose_reads_the_file(services):
    assert services.keys() == AIRFLOW | {"postgres", "redis", "sandbox"}


def test_a_misspelt_key_is_refused(tmp_path: Path):
    file = tmp_path / "docker-compose.yaml"
    file.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:", 1))
    with pytest.raises(ComposeFileRefused, match="healthchek"):
        read(file)


@pytest.mark.parametrize("name", ["P2C_BASE_URL", "P2C_UID"])
def test_without_a_setting_that_has_no_safe_default_it_is_refused(name: str):
    with pytest.raises(ComposeFileRefused, match=name):
        read(settings={name: ""})


def test_no_value_that_may_be_secret_is_in_the_file(services):
    values = {
        f"{service}: {name}": value
        for service, content in services.items()
        for name, value in content.get("environment", {}).items()
        if SECRET_NAME.search(name)
    }
    allowed = {"AIRFLOW__SECRETS__BACKEND", "AIRFLOW__CORE__TEST_CONNECTION", "CONNECTION_CHECK_MAX_COUNT"}
    in_the_open = {place: value for place, value in values.items() if not FROM_FILE.search(value)}
    assert {place.split(": ")[1] for place in in_the_open} <= allowed


def test_every_secret_is_a_file_outside_git():
    files = {Path(secret["file"]).relative_to(ROOT) for secret in read()["secrets"].values()}
    assert {file.parts[0] for file in files} == {"secrets"}
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_no_secret_and_no_setting_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert not any("secret" in line or ".env" in line for line in ignored if line.startswith("!"))


def test_every_service_that_stays_up_is_checked_for_health_within_limits(services):
    for name, service in services.items():
        if name != ENDS_BY_ITSELF:
            assert {"test", "interval", "timeout", "retries", "start_period"} <= service["healthcheck"].keys(), name


def test_every_service_that_stays_up_is_started_again_and_init_is_not(services):
    policies = {name: service["restart"] for name, service in services.items()}
    assert policies.pop(ENDS_BY_ITSELF) == "no"
    assert set(policies.values()) == {"unless-stopped"}


def test_the_log_of_every_service_is_bounded(services):
    for name, service in services.items():
        assert {"max-size", "max-file"} <= service["logging"]["options"].keys(), name


def test_every_image_is_pinned(services):
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    images = {service["image"] for service in services.values()}
    assert [image for image in {*bases, *images} if not PINNED.fullmatch(image)] == []


def test_airflow_and_this_package_have_the_versions_of_the_lock(services):
    locked = re.search(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    version = re.search(r'^version = "(\S+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert locked
    assert version
    assert f"FROM apache/airflow:{locked[1]}-" in (ROOT / "Dockerfile").read_text()
    assert {services[name]["image"] for name in AIRFLOW | {"sandbox"}} == {f"prospect-to-cash:{version[1]}"}


def test_airflow_runs_as_the_owner_of_the_secrets_without_more_privileges(services):
    for name in AIRFLOW | {"sandbox"}:
        assert services[name]["user"] == "50000:0", name
        assert services[name]["security_opt"] == ["no-new-privileges:true"], name


def test_only_the_api_server_is_reached_from_outside_and_from_this_machine_alone(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == {"api-server"}
    assert [port["host_ip"] for port in published["api-server"]] == ["127.0.0.1"]


def test_airflow_starts_once_init_has_ended_well(services):
    for name in AIRFLOW - {ENDS_BY_ITSELF}:
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully", name


def test_init_runs_once_the_database_and_the_queue_are_healthy(services):
    waits = {name: each["condition"] for name, each in services["init"]["depends_on"].items()}
    assert waits == {"postgres": "service_healthy", "redis": "service_healthy"}


def test_all_tasks_write_staged_sets_where_every_worker_reads_them(services):
    mounts = {mount["target"]: mount["source"] for mount in services["worker"]["volumes"]}
    assert mounts["/opt/airflow/staging"] == "staging"
    assert services["worker"]["deploy"]["replicas"] > 1


def test_a_worker_is_stopped_by_itself_and_given_time_to_end_its_tasks(services):
    worker = services["worker"]
    assert worker["environment"]["DUMB_INIT_SETSID"] == "0"
    assert worker["stop_grace_period"] != "10s"


def test_the_sandbox_is_there_in_a_demo_only_and_speaks_https(services):
    assert services["sandbox"]["profiles"] == ["demo"]
    assert "--tls" in services["sandbox"]["command"][-1]


def test_the_components_share_all_settings(services):
    environments = [dict(services[name]["environment"]) for name in AIRFLOW]
    for environment in environments:
        environment.pop("DUMB_INIT_SETSID", None)
    assert len({json.dumps(environment, sort_keys=True) for environment in environments}) == 1
