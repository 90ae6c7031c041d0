"""The CSDL documents that come with the package: one for each system."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from p2c_metadata.csdl import parse
from p2c_metadata.model import Model

System = Literal["sales", "finance_operations"]


@cache
def document(system: System) -> bytes:
    """The CSDL document of a system, as served at its `$metadata`."""
    return files("p2c_metadata").joinpath(f"{system}.csdl.xml").read_bytes()


@cache
def load(system: System) -> Model:
    """The CSDL document of a system, parsed once per process."""
    return parse(document(system))
