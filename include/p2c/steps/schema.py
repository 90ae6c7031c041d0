"""What a flow expects of the fields of a system, held against them before it is read or written."""

from __future__ import annotations

from p2c.check.drift import schema_changes
from p2c.check.fields import SYSTEM_NAMES
from p2c.check.finding import Severity
from p2c.check.tenant_model import DescribedSystem, tenant_model
from p2c.errors import SchemaChangedError
from p2c.flow import System
from p2c.steps.context import StepContext


def check_schema(context: StepContext, system: System, client: DescribedSystem) -> None:
    """Hold the flow against the fields that ``client`` has now; raises SchemaChangedError naming each difference.

    What concerns single rows is only told. A system that does not give its metadata stops no flow.
    """
    if not context.site.runs.check_schema:
        return
    model = tenant_model([context.applied_flow], system, client, context.progress)
    if model is None:
        return
    findings = schema_changes(context.site, context.flow, system, model)
    for warning in (finding for finding in findings if finding.severity is Severity.WARNING):
        context.progress(str(warning))
    errors = {f.message: f"{f.place}: {f.message}" for f in findings if f.severity is Severity.ERROR}
    if errors:
        raise SchemaChangedError(
            f"Flow {context.flow.name}: {SYSTEM_NAMES[system]} has changed under it, so it stops before it reads or "
            f"writes a row. {' '.join(errors.values())} Take the change back there, or map the fields anew in "
            "site.toml, try that with `p2c check --live`, and clear this step."
        )
