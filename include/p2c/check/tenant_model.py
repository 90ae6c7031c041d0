"""The metadata of a tenant, as far as flows use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

import p2c_metadata
from p2c.check.fields import SYSTEM_NAMES
from p2c.check.uses import fields_used
from p2c.errors import IntegrationError, SignInError, ThrottledError
from p2c.flow import Flow, System
from p2c_metadata import Model


class DescribedSystem(Protocol):
    """A system that tells the definitions of its entity sets."""

    def described(self, fields: Mapping[str, Collection[str]], shipped: Model, *, members: bool = False) -> Model: ...


def tenant_model(
    flows: Iterable[Flow], system: System, client: DescribedSystem, tell: Callable[[str], None], *, whole: bool = False
) -> Model | None:
    """The metadata of ``system`` as its tenant has it; None, told to a person, where it does not give them.

    The entity sets that ``flows``, as a site has them, read and write are asked for; for the ``whole``, those of
    reference data and the members of enumerations too. Raises SignInError and ThrottledError.
    """
    shipped = p2c_metadata.load(system)
    fields: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for flow in flows:
        for entity_set, names in fields_used(flow, system, shipped, own=not whole).items():
            fields[entity_set] |= names
    try:
        return client.described(fields, shipped, members=whole)
    except (SignInError, ThrottledError):
        raise
    except IntegrationError as error:
        tell(f"{SYSTEM_NAMES[system]} does not give its metadata, so flows are not held against them: {error}")
        return None
