"""Our steps as a benchmark runs them: real staging, ledger and CDS in a folder, the loopback server as both systems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.loopback_server import API, DATA
from benchmarks.reference_rows import COMPANY
from fixtures.steps import DEFAULTS
from upath import UPath

from p2c.cds import CdsStore
from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.flows import cds_entities, flow_named
from p2c.key_range import KeyRange
from p2c.ledger import Ledger
from p2c.site import Site
from p2c.staging import Staging
from p2c.steps.context import StepContext
from p2c.steps.extract import extract
from p2c.steps.load import load
from p2c.steps.map import map_rows
from p2c.steps.validate import validate
from p2c.systems.dataverse import Dataverse
from p2c.systems.finance_operations import FinanceOperations
from p2c.systems.odata.credentials import Credentials
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.tokens import TokenSource
from p2c.systems.odata.transport import new_transport
from p2c.window import RunOptions

SETTINGS: Mapping[str, Any] = {
    "organizations": {
        COMPANY: {
            "legal_entity": COMPANY,
            "business_units": ["Contoso USA"],
            "time_zone": "America/New_York",
            "defaults": {"accounts": DEFAULTS},
        }
    },
    "runs": {"check_schema": False},  # a fixed cost of a run, of which the server knows nothing
    "value_maps": {"country": {"usa": "US"}, "state": {"US": {"california": "CA"}}},
}
STEPS = ("extract", "map", "validate", "load")

Reference = Mapping[str, Any]
WHOLE = KeyRange()


class Installation:
    """The accounts flow in ``folder`` against the server at ``origin``."""

    def __init__(self, folder: Path, origin: str, key_ranges: int = 1) -> None:
        self.origin = origin
        engine = open_engine(f"sqlite:///{folder / 'cds.sqlite'}")
        self.site = Site.model_validate({**SETTINGS, "flows": {"accounts": {"key_ranges": key_ranges}}})
        initialize(engine, cds_entities(self.site))
        self.ledger, self.cds = Ledger(engine), CdsStore(engine)
        self.staging = Staging(UPath(folder / "staging"))

    def session(self, path: str) -> ODataSession:
        transport = new_transport()
        credentials = Credentials(
            client_id="benchmark", client_secret="benchmark", token_url=f"{self.origin}/token", scope=self.origin
        )
        tokens = TokenSource(credentials, transport)
        return ODataSession(self.origin + path, tokens, transport=transport, pauses=self.ledger)

    @property
    def sales(self) -> Dataverse:
        return Dataverse(self.session(API), batch_size=self.site.runs.batch_size)

    @property
    def finance_operations(self) -> FinanceOperations:
        return FinanceOperations(self.session(DATA), batch_size=self.site.runs.batch_size)

    def context(self, run_id: str, key_range: KeyRange = WHOLE) -> StepContext:
        return StepContext(
            flow=flow_named("accounts"),
            site=self.site,
            organization=COMPANY,
            dag_id="accounts",
            run_id=run_id,
            attempt="1",
            staging=self.staging,
            ledger=self.ledger,
            cds=self.cds,
            progress=lambda line: None,
            key_range=key_range,
        )

    def step(
        self, name: str, run_id: str, reference: Reference | None = None, key_range: KeyRange = WHOLE
    ) -> Reference:
        """Run one step; all but extract take the reference of the one before."""
        context, before = self.context(run_id, key_range), reference or self.handed_on(name, run_id)
        match name:
            case "extract":
                return extract(context, self.sales, RunOptions(full=True))
            case "map":
                return map_rows(context, before)
            case "validate":
                return validate(context, self.finance_operations, before)
        return load(context, self.finance_operations, before)

    def handed_on(self, name: str, run_id: str) -> Reference:
        """The reference that the step before ``name`` gave in another process."""
        before = STEPS[max(0, STEPS.index(name) - 1)]
        return {"uri": self.context(run_id).staged(before).uri}
