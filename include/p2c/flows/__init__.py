"""The declared flows: every module of this package that holds a `Flow` adds it.

Lines belong to their header's flow. The flows stand in the order of an initial load: each after those whose rows it
waits for; where nothing waits, what comes from F&O first, because rows of Sales refer to it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType

from p2c.errors import ConfigurationError, unknown
from p2c.flow import CdsEntity, Flow
from p2c.site import Site


def _declared() -> dict[str, Flow]:
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    flows = [value for module in modules for value in vars(module).values() if isinstance(value, Flow)]
    lines = {flow.lines.flow.name for flow in flows if flow.lines}
    return {flow.name: flow for flow in in_order(flow for flow in flows if flow.name not in lines)}


def in_order(flows: Iterable[Flow]) -> list[Flow]:
    """Sort flows, each after those it waits for; raises ConfigurationError for flows that wait for one another."""
    remaining = {flow.name: flow for flow in flows}
    ordered: list[Flow] = []
    while remaining:
        ready = [flow for flow in remaining.values() if not _waits_for(flow) & remaining.keys()]
        if not ready:
            raise ConfigurationError(f"The flows {', '.join(sorted(remaining))} wait for one another.")
        following = min(ready, key=lambda flow: (flow.source.system != "finance_operations", flow.name))
        ordered.append(remaining.pop(following.name))
    return ordered


def _waits_for(flow: Flow) -> set[str]:
    return {parent.flow for part in flow.parts for parent in part.parents} - {flow.name}


FLOWS: Mapping[str, Flow] = MappingProxyType(_declared())


def cds_entities(site: Site) -> list[CdsEntity]:
    """The CDS entities of all flows as a site has them, each once; raises ConfigurationError."""
    entities: dict[str, CdsEntity] = {}
    for part in (part for flow in FLOWS.values() for part in site.applied_to(flow).parts):
        known = entities.get(part.cds.name, part.cds)
        entities[part.cds.name] = known.with_fields(part.cds.fields)
    return list(entities.values())


def flow_named(name: str) -> Flow:
    """Return the flow ``name``; raises ConfigurationError."""
    try:
        return FLOWS[name]
    except KeyError:
        raise ConfigurationError(unknown("flow", name, FLOWS)) from None
