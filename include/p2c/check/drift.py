"""What has changed in a system's schema since a flow was fitted to it."""

from __future__ import annotations

from p2c.check.engine import check_flow
from p2c.check.finding import Finding
from p2c.flow import Flow, System
from p2c.site import Site
from p2c_metadata import Model


def schema_changes(site: Site, flow: Flow, system: System, model: Model) -> list[Finding]:
    """What speaks against ``flow`` since ``system`` is as ``model`` says, beyond what the shipped metadata say."""
    before = {finding.message for finding in check_flow(site, flow, {})}
    return [finding for finding in check_flow(site, flow, {system: model}) if finding.message not in before]
