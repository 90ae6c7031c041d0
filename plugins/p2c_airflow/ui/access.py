"""Who asks, and what they may see and do: Airflow's session, and its permissions on DAGs.

A run is open to whoever may read its DAG, and a flow's rows to whoever may read a DAG that runs the flow. Deciding
about rows takes the right to clear the tasks of such a DAG.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.models.dag import DagModel, DagTag
from airflow.utils.session import create_session
from fastapi import Depends, HTTPException
from sqlalchemy import select

from p2c.flows import FLOWS
from p2c.ledger import Ledger
from p2c_airflow.ui.ledger_access import current_ledger
from p2c_airflow.wiring import TAG


@dataclass(frozen=True)
class Visitor:
    """A person who may read at least one DAG of ours: ``dags`` are those, ``flows`` what they run."""

    user: BaseUser
    ledger: Ledger
    dags: frozenset[str]
    flows: frozenset[str]
    dags_by_flow: dict[str, frozenset[str]]

    @property
    def name(self) -> str:
        """The name that is kept with a decision."""
        return self.user.get_name()

    def require_dag(self, dag_id: str) -> None:
        """Raise HTTPException unless the visitor may read the DAG."""
        if dag_id not in self.dags:
            raise HTTPException(403, f"You have no right to read the DAG {dag_id}, or it runs no flow.")

    def require_flow(self, flow: str) -> None:
        """Raise HTTPException unless the visitor may read a DAG that runs the flow."""
        if flow not in self.flows:
            raise HTTPException(403, f"You have no right to read a DAG that runs the flow {flow}.")

    def may_decide(self, flow: str) -> bool:
        """Whether the visitor may clear tasks of a DAG that runs the flow."""
        return any(_may_clear(self.user, dag_id) for dag_id in sorted(self.dags_by_flow.get(flow, ())))

    def may_operate(self) -> bool:
        """Whether the visitor may clear tasks of any DAG of ours, which may never have run."""
        return any(_may_clear(self.user, dag_id) for dag_id in sorted(self.dags))

    def require_decision(self, flows: Iterable[str]) -> None:
        """Raise HTTPException unless the visitor may decide about rows of all ``flows``."""
        for flow in sorted(set(flows)):
            if not self.may_decide(flow):
                raise HTTPException(403, f"You have no right to clear tasks of a DAG that runs the flow {flow}.")

    def flows_to_decide(self) -> frozenset[str]:
        """The flows about whose rows the visitor may decide; raises HTTPException where there is none."""
        flows = frozenset(filter(self.may_decide, self.flows))
        if not flows:
            raise HTTPException(403, "You have no right to clear tasks of a DAG that runs a flow.")
        return flows


def visitor(user: Annotated[BaseUser, Depends(get_user)]) -> Visitor:
    """The person behind a request; 401 where nobody is logged in, 403 without the right to read any DAG of ours."""
    ledger = current_ledger()
    dags_by_flow = ledger.dags_by_flow()
    known = _tagged_dags().union(*dags_by_flow.values())
    dags = frozenset(dag_id for dag_id in known if _may_read(user, dag_id))
    if not dags:
        raise HTTPException(
            403, "You have no right to read a DAG of Prospect to cash. Ask who manages Airflow's roles."
        )
    flows = (flow for flow in FLOWS if flow not in dags_by_flow or dags_by_flow[flow] & dags)
    return Visitor(user, ledger, dags, frozenset(flows), dags_by_flow)


CurrentVisitor = Annotated[Visitor, Depends(visitor)]


def _tagged_dags() -> frozenset[str]:
    """The DAGs that bear our tag, whether or not they ever ran."""
    with create_session() as session:
        return frozenset(session.scalars(select(DagTag.dag_id).where(DagTag.name == TAG)))


def _may_read(user: BaseUser, dag_id: str) -> bool:
    return get_auth_manager().is_authorized_dag(method="GET", user=user, details=_details(dag_id))


def _may_clear(user: BaseUser, dag_id: str) -> bool:
    return get_auth_manager().is_authorized_dag(
        method="PUT", access_entity=DagAccessEntity.TASK_INSTANCE, user=user, details=_details(dag_id)
    )


def _details(dag_id: str) -> DagDetails:
    return DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
