"""One installation: its `site.toml` and its staging folder, found the way Airflow is configured."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk.configuration import conf

from p2c.site import Site, load_site


def airflow_home() -> Path:
    """The folder that holds what belongs to this Airflow."""
    from airflow.configuration import AIRFLOW_HOME

    return Path(AIRFLOW_HOME)


def site_file() -> Path:
    """The path of `site.toml`: the option `[prospect_to_cash] site_file`, else beside the DAGs folder."""
    named = conf.get("prospect_to_cash", "site_file", fallback="")
    if named:
        return airflow_home() / Path(named).expanduser()
    return Path(conf.get("core", "dags_folder")).parent / "include" / "site.toml"


def installed_site() -> Site:
    """Read the settings; raises ConfigurationError."""
    return load_site(site_file())


def find_site_modules() -> None:
    """Let Python find modules beside the DAGs, as Airflow does in the processes that run tasks."""
    folder = conf.get("core", "dags_folder")
    if folder not in sys.path:
        sys.path.append(folder)


def staging_address(site: Site) -> str:
    """The folder of the staged sets, as an address that `ObjectStoragePath` takes."""
    return site.staging or (airflow_home() / "staging").as_uri()
