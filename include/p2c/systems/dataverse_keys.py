"""Alternate keys of Dataverse's tables. Source: Microsoft docs, "Work with alternate keys"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from p2c.systems.odata.session import ODataSession

ENGLISH = 1033
#: What the name of a key of ours begins with: Dataverse wants a prefix in the names of customizations.
PREFIX = "p2c_"


def define_key(session: ODataSession, table: str, columns: Sequence[str]) -> None:
    """Make the ``columns`` of a table (logical names) an alternate key; Dataverse then builds its index by itself.

    Raises RequestRefusedError where rows break it already.
    """
    name = PREFIX + "_".join(columns)
    label = {"Label": f"Prospect to cash: {', '.join(columns)}", "LanguageCode": ENGLISH}
    body = msgspec.json.encode(
        {"SchemaName": name, "DisplayName": {"LocalizedLabels": [label]}, "KeyAttributes": list(columns)}
    )
    session.request("POST", f"EntityDefinitions(LogicalName='{table}')/Keys", body=body, repeatable=False)
