"""The reference data of a step: the destination's, for the organization's company and time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import p2c_metadata
from p2c.steps.context import StepContext
from p2c.validation.references import ReferenceData, ReferenceSource


def reference_data(context: StepContext, destination: ReferenceSource) -> ReferenceData:
    """The destination's reference data; nothing is read before it is asked for."""
    target, settings = context.flow.destination, context.settings
    company = settings.legal_entity if target.company else ""
    return ReferenceData(destination, p2c_metadata.load(target.system), company, ZoneInfo(settings.time_zone))
