"""Operations and values that only Dataverse knows: lookups and states.

Sources: Microsoft docs, "Associate and disassociate table rows by using the Web API"; "Publish, revise, retire and
activate products" (a state is set by an update of its own).
"""

from __future__ import annotations

from p2c.systems.odata.operations import JsonValue, Operation

STATE, STATUS = "statecode", "statuscode"


def lookup(navigation: str, entity_set: str, row_id: str | None) -> dict[str, JsonValue]:
    """The value that makes a row refer to another by its id, or to none.

    ``navigation`` is the navigation property as $metadata spells it, for example ``customerid_account``.
    """
    return {f"{navigation}@odata.bind": f"/{entity_set}({row_id})" if row_id else None}


def state_change(
    entity_set: str, key: dict[str, str], *, state: int, status: int, reference: int, etag: str | None = None
) -> Operation:
    """An operation that sets the state and nothing else. Write it after the results of what has to come before."""
    return Operation(
        kind="update",
        entity_set=entity_set,
        company="",
        key=key,
        values={STATE: state, STATUS: status},
        reference=reference,
        etag=etag,
    )
