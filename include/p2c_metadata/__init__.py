"""Metadata of both systems: their CSDL documents, and a reader for these and for a tenant's own `$metadata`.

The documents hold what the flows need of each system, not the whole of it. Facts that `$metadata` of a real system does
not state (lengths, required levels, choice options, date behaviour) are annotations of the vocabulary `P2C`, which the
documents declare.
"""

from __future__ import annotations

from p2c_metadata.attributes import MetadataError
from p2c_metadata.csdl import parse
from p2c_metadata.documents import System, document, load
from p2c_metadata.model import (
    CollectionProperty,
    EntityType,
    EnumType,
    Model,
    NavigationProperty,
    Property,
    UnknownName,
)

__all__ = [
    "CollectionProperty",
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
