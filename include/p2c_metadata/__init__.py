"""Metadata of both systems: their CSDL documents, and a reader for these and for a tenant's own `$metadata`.

The documents hold what the flows need of each system, not the whole of it. Facts that `$metadata` of a real system does
not state (lengths, required levels, choice options, date behaviour) are annotations of the vocabulary `P2C`, declared in
the documents themselves.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from p2c_metadata.attributes import MetadataError
from p2c_metadata.csdl import parse
from p2c_metadata.model import EntityType, EnumType, Model, NavigationProperty, Property, UnknownName

__all__ = [
    "EntityType",
    "EnumType",
    "MetadataError",
    "Model",
    "NavigationProperty",
    "Property",
    "System",
    "UnknownName",
    "document",
    "load",
    "parse",
]

System = Literal["sales", "finance_operations"]


@cache
def document(system: System) -> bytes:
    """The CSDL document of a system, as served at its `$metadata`."""
    return files(__name__).joinpath(f"{system}.csdl.xml").read_bytes()


@cache
def load(system: System) -> Model:
    """The CSDL document of a system, parsed once per process."""
    return parse(document(system))
