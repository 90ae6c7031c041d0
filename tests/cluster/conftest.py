"""The cluster, started once, on two databases of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cluster.operator import Operator
from cluster.services import Cluster
from fixtures.installation import sound_settings
from sqlalchemy import make_url

from p2c.database.engine import open_engine
from p2c.ledger import Ledger
from p2c_airflow.local.dag_runs import wait_for_dags
from p2c_airflow.local.systems import Systems


@pytest.fixture(scope="session")
def operator(
    airflow_postgres_url: str, shared_postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """Everything started, healthy, and the DAGs read."""
    folder = tmp_path_factory.mktemp("cluster")
    site_file = folder / "settings.toml"
    site_file.write_text(sound_settings(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        cluster = Cluster(folder, site_file, make_url(airflow_postgres_url), make_url(shared_postgres_url))
        patch.setenv("REQUESTS_CA_BUNDLE", str(cluster.authority))
        engine = open_engine(shared_postgres_url)
        try:
            cluster.start()
            wait_for_dags(cluster, ["initial_load", "accounts"])
            yield Operator(cluster, Systems(cluster), Ledger(engine))
        finally:
            engine.dispose()
            cluster.stop()
