"""Which answer of a batch reply belongs to which request. What cannot be told is nobody's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from p2c.systems.odata.multipart import PartReply


def matched(content_ids: Sequence[str], replies: Sequence[PartReply]) -> dict[str, PartReply]:
    """The answer to each content id, by the id the server repeats; ids that have no certain answer are absent.

    An answer without id is taken by its position, if there are as many answers as requests and all ids stand in order.
    Two answers with the same id cancel each other.
    """
    counts = Counter(reply.content_id for reply in replies)
    known = set(content_ids)
    found = {
        reply.content_id: reply
        for reply in replies
        if reply.content_id is not None and reply.content_id in known and counts[reply.content_id] == 1
    }
    if _in_order(content_ids, replies):
        for content_id, reply in zip(content_ids, replies, strict=True):
            if reply.content_id is None:
                found[content_id] = reply
    return found


def _in_order(content_ids: Sequence[str], replies: Sequence[PartReply]) -> bool:
    return len(content_ids) == len(replies) and all(
        reply.content_id in (None, content_id) for content_id, reply in zip(content_ids, replies, strict=True)
    )
