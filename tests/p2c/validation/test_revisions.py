from __future__ import annotations

from p2c.validation.revisions import Revisions


def test_of_several_revisions_in_a_run_the_highest_is_the_newest() -> None:
    revisions = Revisions([("a", "Q-1", 0), ("c", "q-1", 2), ("b", "Q-1", 1), ("d", "Q-2", 0)])
    assert sorted(revisions.newest()) == [("c", "q-1"), ("d", "Q-2")]
    superseded = revisions.superseding("Q-1", 1, [])
    assert superseded is not None
    assert (superseded.code, superseded.text) == (
        "superseded",
        "Revision 1 of Q-1 is superseded by revision 2, which counts alone.",
    )
    assert revisions.superseding("Q-1", 2, [1]) is None


def test_a_higher_revision_that_was_sent_before_supersedes_too() -> None:
    revisions = Revisions([("a", "Q-1", 0)])
    assert revisions.superseding("Q-1", 0, [0]) is None
    assert revisions.superseding("Q-1", 0, [3, 1]) is not None


def test_rows_of_one_revision_all_count() -> None:
    assert len(list(Revisions([("a", "Q-1", 1), ("b", "Q-1", 1)]).newest())) == 2
