"""The reference data of a step: the destination's, for the organization's company and time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import p2c_metadata
from p2c.flow import Flow
from p2c.site_settings import Organization
from p2c.steps.context import StepContext
from p2c.validation.references import ReferenceData, ReferenceSource


def reference_data(context: StepContext, destination: ReferenceSource) -> ReferenceData:
    """The destination's reference data; nothing is read before it is asked for."""
    return references_of(context.flow, context.settings, destination)


def references_of(flow: Flow, settings: Organization, destination: ReferenceSource) -> ReferenceData:
    """The reference data of a flow's destination for one organization."""
    company = settings.legal_entity if flow.destination.company else ""
    model = p2c_metadata.load(flow.destination.system)
    return ReferenceData(destination, model, company, ZoneInfo(settings.time_zone))
