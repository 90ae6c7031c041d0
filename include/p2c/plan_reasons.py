"""Why a row is planned as it is, in words that tell how to mend it."""

from __future__ import annotations

from p2c.flow import Flow
from p2c.ledger import Reason, RowState

#: The reason of a row that the destination had before us, and the note of one that was taken over.
NOT_OURS, ADOPTED = "not_ours", "adopted"
#: The reason of a row of which a newer version is sent.
OLDER_VERSION = "older_version"
#: The reason of a row that the destination no longer lets be changed.
LOCKED = "locked"


def not_ours(key: str, flow: Flow) -> Reason:
    """The destination row existed before us."""
    destination = flow.destination
    why = f" ({destination.maintained[0]} is not {destination.maintained[1]})" if destination.maintained else ""
    text = (
        f"{destination.entity_set} {key} existed before us and is not ours{why}. Compare the two; run the flow "
        "with adopt for this key to take it over."
    )
    return Reason(NOT_OURS, text, destination.key, key)


def adopted(key: str) -> Reason:
    """A destination row of others is ours from now on."""
    return Reason(ADOPTED, f"{key} existed before us and is taken over.", value=key)


def inherited(key: str, before: str) -> Reason:
    """The destination row was made from a source row that is gone."""
    return Reason(
        "inherited", f"{key} was made from {before}, which the source has no more, and is taken over.", value=key
    )


def locked(key: str, flow: Flow, state: str) -> Reason:
    """The destination row is in a state in which it is not changed."""
    name, states = flow.destination.writable or ("", ())
    text = (
        f"{key} is {state} in F&O and differs from the source; only rows that are {' or '.join(states)} are changed. "
        "Make the change there, or set it back."
    )
    return Reason(LOCKED, text, name, state)


def key_changed(before: str, after: str) -> Reason:
    """The integration key is another one than the row landed under."""
    text = (
        f"Key changed from {before} to {after}. The destination keeps its number for life: set the number back to "
        f"{before} in the source, or create a new row for {after}."
    )
    return Reason("key_changed", text, value=after)


def moved(state: RowState, to: str) -> Reason:
    """The row has another destination key than before."""
    return Reason("moved", f"It moved from {state.destination_key} to {to}.", value=to)


def does_not_settle(fields: tuple[str, ...]) -> Reason:
    """The same fields differ in several runs though they were written."""
    named = ", ".join(fields)
    text = (
        f"{named}: written in several runs and still different when read back, so it is no longer written. Likely "
        "cause: the destination accepts the field without effect (customer approval: ChangeProposalDataEntityBehavior "
        "in Accounts receivable parameters), or another integration writes it too."
    )
    return Reason("does_not_settle", text, named)
