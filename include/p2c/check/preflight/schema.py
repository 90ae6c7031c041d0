"""The fields of both systems, those of Microsoft's solution apart."""

from __future__ import annotations

from collections.abc import Iterator

from p2c.check.engine import check_live
from p2c.check.fields import SYSTEM_NAMES
from p2c.check.finding import Severity
from p2c.check.preflight.line import Line, judged
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.check.uses import fields_used
from p2c.solution import PREFIX
from p2c_metadata import Model

SOLUTION = "Solution fields"
FIELDS = "Fields"


def check_schema(pair: TenantPair) -> Iterator[Line]:
    """Every field that flows read or write exists; the same that `p2c check --live` finds, in two lines."""
    models = pair.models()
    names = frozenset(pair.site.solution_fields.values())
    findings = check_live(pair.site, pair.declared, models)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    absent = list(_absent(pair, models["sales"], names)) if "sales" in models else []
    others = [str(error) for error in errors if not any(name in error.message for name in (PREFIX, *names))]
    remedy = (
        "Install Microsoft's Prospect to cash solution, name the columns that hold them in [solution_fields], or set "
        'sales_solution = "none".'
    )
    yield judged(SOLUTION, absent, "Those that flows use are there.", remedy)
    seen = " and ".join(SYSTEM_NAMES[system] for system in models)
    yield judged(FIELDS, others, f"All are as the flows expect ({seen or 'neither system'} gave metadata).", "")


def _absent(pair: TenantPair, model: Model, names: frozenset[str]) -> Iterator[str]:
    used = {
        (entity_set, name)
        for flow in pair.flows.values()
        for entity_set, fields in fields_used(flow, "sales", model).items()
        for name in fields
        if name.startswith(PREFIX) or name in names
    }
    for entity_set, name in sorted(used):
        if name not in model.entity_set(entity_set).properties:
            yield f"Sales has no {entity_set}.{name}."
