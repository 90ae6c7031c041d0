"""What the four steps have in common: their context, their reference, and how errors reach Airflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from airflow.sdk import BaseOperator, ObjectStoragePath
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException
from airflow.sdk.execution_time.context import NEVER_EXPIRE

from p2c.errors import ConfigurationError, NothingToReadError, TransientError
from p2c.flows import flow_named
from p2c_airflow.connections import COMMON_DATA_SERVICE
from p2c_airflow.installation import installed_site, staging_address
from p2c_airflow.retry_policy import rescheduling

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.steps.context import Reference, StepContext

#: A reference is a few names and counts; whoever passes rows through XCom finds out here.
REFERENCE_LIMIT = 1000


class StepStopped(KeyboardInterrupt):
    """Airflow stops the step: no `except Exception` on the way may go on with it.

    As at Ctrl+C, psycopg cancels the query under way, so that the connection is fit for what the step's end has to say.
    """


class StepOperator(BaseOperator):
    """One step of a flow for one organization.

    :param flow: name of the flow, as declared in `p2c.flows`
    :param organization: name of the organization, as in `site.toml`
    :param reference: what the step before returned
    :param key_range: which of the flow's key ranges the step is for, counted from 1
    :param key_ranges: how many there are
    :param cds_conn_id: connection to the Common Data Service
    """

    template_fields: Sequence[str] = ("organization", "reference")
    ui_color = "#e8f1fa"
    _stopped = False

    def __init__(
        self,
        *,
        flow: str,
        organization: str,
        reference: Any = None,
        key_range: int = 1,
        key_ranges: int = 1,
        cds_conn_id: str = COMMON_DATA_SERVICE,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"map_index_template": "{{ task.organization }}", **kwargs})
        self.flow = flow
        self.organization = organization
        self.reference = reference
        self.key_range = key_range
        self.key_ranges = key_ranges
        self.cds_conn_id = cds_conn_id

    def execute(self, context: Context) -> Reference:
        """Run the step and return a reference to what it staged."""
        try:
            return self._executed(context)
        except BaseException as error:
            # it comes at any instruction, also where a driver, tidying up, puts an error of its own in its place
            if not self._stopped:
                raise
            raise TransientError(
                "Airflow stopped the step: it was marked or cleared, or its worker is shut down. What is recorded "
                "stays; the next try reads back what was under way, and goes on."
            ) from (None if isinstance(error, StepStopped) else error)

    def _executed(self, context: Context) -> Reference:
        self._skip_if_switched_off()
        self._skip_unless_selected(context)
        self._refuse_another_organization(context)
        step = self._step_context(context)
        try:
            with rescheduling(context, self.log.info), step.followed(), self._measured(step):
                reference = self.run_step(step, context)
        except NothingToReadError as nothing:
            raise AirflowSkipException(nothing.message) from nothing
        except AirflowRescheduleException:
            step.ledger.note_state(step.key, "running")
            raise
        return _small(reference)

    @contextmanager
    def _measured(self, step: StepContext) -> Iterator[None]:
        from p2c_airflow.metrics import count_requests

        try:
            yield
        finally:
            name = type(self).__name__.removesuffix("Operator").lower()
            count_requests(self.flow, self.organization, name, step.statistics.totals())

    def on_kill(self) -> None:
        """Leave the step at once, giving its lease back.

        Airflow calls this in the handler of SIGTERM, goes on with the task, and kills it 5 seconds later.
        """
        self._stopped = True
        raise StepStopped

    def run_step(self, step: StepContext, context: Context) -> Reference:
        """Call the core's step; raises the errors of `p2c.errors`."""
        raise NotImplementedError

    def _skip_if_switched_off(self) -> None:
        settings = installed_site().flow_settings(self.flow)
        if not settings.enabled:
            raise AirflowSkipException(f"site.toml switches the flow off: [flows.{self.flow}] enabled = false.")
        if not settings.runs_for(self.organization):
            raise AirflowSkipException(
                f"site.toml leaves {self.organization} out of the flow: it is not in [flows.{self.flow}] organizations."
            )

    def _skip_unless_selected(self, context: Context) -> None:
        selected = context["params"].get("organizations") or []
        for name in selected:
            installed_site().organization(name)
        if selected and self.organization not in selected:
            raise AirflowSkipException(f"This run is restricted to the organizations {', '.join(selected)}.")

    def _refuse_another_organization(self, context: Context) -> None:
        """A task is cleared by its map index, which means another organization once `site.toml` has changed."""
        store = context["task_state_store"]
        before = (self.reference or {}).get("organization") or store.get("organization")
        if before and before != self.organization:
            raise ConfigurationError(
                f"This map index stood for the organization {before!r} when the run began and means "
                f"{self.organization!r} now: site.toml has changed. Trigger a new run instead of clearing this one."
            )
        store.set("organization", self.organization, retention=NEVER_EXPIRE)

    def _step_context(self, context: Context) -> StepContext:
        """Raises ConfigurationError for an organization that site.toml does not have, and SchemaOutdatedError."""
        from p2c.cds import CdsStore
        from p2c.key_range import KeyRange
        from p2c.ledger import Ledger
        from p2c.staging import Staging
        from p2c.steps.context import StepContext
        from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

        task, site = context["ti"], installed_site()
        site.organization(self.organization)
        engine = CommonDataServiceHook(self.cds_conn_id).current_engine()
        return StepContext(
            flow=flow_named(self.flow),
            site=site,
            organization=self.organization,
            dag_id=task.dag_id,
            run_id=task.run_id,
            attempt=f"{task.try_number}-{uuid4().hex[:8]}",
            staging=Staging(ObjectStoragePath(staging_address(site))),
            ledger=Ledger(engine),
            cds=CdsStore(engine),
            progress=self.log.info,
            key_range=KeyRange(self.key_range, self.key_ranges),
        )


def _small(reference: Reference) -> Reference:
    size = len(json.dumps(reference))
    if size >= REFERENCE_LIMIT:
        raise ValueError(f"The reference has {size} characters; XCom takes references, never rows.")
    return reference
