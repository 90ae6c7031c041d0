"""What a user may change about the two systems while the sandbox runs (`/sandbox/settings`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

System = Literal["sales", "finance_operations"]


class Section(BaseModel):
    """Settings of one kind; an unknown member is refused."""

    model_config = ConfigDict(extra="forbid")


class EntraSettings(Section):
    """Tokens: how long one lives, and the certificate (PEM) a client assertion is checked against."""

    token_lifetime_seconds: Annotated[int, Field(ge=1, le=86_400)] = 3_600
    certificate: str | None = None


class FinanceOperationsSettings(Section):
    """The Finance and Operations user that the Entra application is mapped to, and the service's limits."""

    default_company: Annotated[str, Field(min_length=1, max_length=4)] = "usmf"
    denied_entity_sets: tuple[str, ...] = ()
    page_size: Annotated[int, Field(ge=1, le=10_000)] = 10_000
    batch_operations: Annotated[int, Field(ge=1, le=5_000)] = 5_000
    continues_on_error: bool = True
    editable_quotation_statuses: tuple[str, ...] = ("Created",)
    lists_stopped_products: bool = True


class SalesSettings(Section):
    """The Dataverse side: denied tables and the service's limits."""

    denied_entity_sets: tuple[str, ...] = ()
    page_size: Annotated[int, Field(ge=1, le=5_000)] = 5_000
    batch_operations: Annotated[int, Field(ge=1, le=1_000)] = 1_000
    change_tracking_days: Annotated[int, Field(ge=0, le=365)] = 7
    degree_of_parallelism: Annotated[int, Field(ge=1, le=100)] = 8
    protection_window_seconds: Annotated[int, Field(ge=1, le=300)] = 300
    requests_per_window: Annotated[int, Field(ge=1, le=6_000)] | None = None
    execution_seconds_per_window: Annotated[float, Field(gt=0, le=1_200)] | None = None
    concurrent_requests: Annotated[int, Field(ge=1, le=52)] | None = None


class Settings(Section):
    """All settings; unknown members are refused by name."""

    entra: EntraSettings = EntraSettings()
    finance_operations: FinanceOperationsSettings = FinanceOperationsSettings()
    sales: SalesSettings = SalesSettings()
