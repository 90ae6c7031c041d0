"""The declared flows: every module of this package that holds a `Flow` adds it. Lines belong to their header's flow."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from p2c.errors import ConfigurationError, unknown
from p2c.flow import CdsEntity, Flow


def _declared() -> dict[str, Flow]:
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    flows = [value for module in modules for value in vars(module).values() if isinstance(value, Flow)]
    lines = {flow.lines.flow.name for flow in flows if flow.lines}
    return {flow.name: flow for flow in sorted(flows, key=lambda flow: flow.name) if flow.name not in lines}


FLOWS: Mapping[str, Flow] = MappingProxyType(_declared())


def cds_entities() -> list[CdsEntity]:
    """The CDS entities of all flows, each once."""
    return list({part.cds.name: part.cds for flow in FLOWS.values() for part in flow.parts}.values())


def flow_named(name: str) -> Flow:
    """Return the flow ``name``; raises ConfigurationError."""
    try:
        return FLOWS[name]
    except KeyError:
        raise ConfigurationError(unknown("flow", name, FLOWS)) from None
