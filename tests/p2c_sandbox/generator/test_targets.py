from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from p2c_sandbox.generator.rows import GeneratedRow, generated_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.generator.targets import TargetExists, write_directory, write_state
from p2c_sandbox.seeding import put_rows, read_data
from p2c_sandbox.store import Store

SIZE = Size(accounts=12_000, contacts=2)
WRITERS = [write_state, write_directory]


def accounts_in(state: Path) -> list[dict[str, object]]:
    store = Store(state)
    with store.read() as transaction:
        found = [row.values for row in transaction.find("sales", "accounts")]
    store.close()
    return found


def test_both_hold_the_same_rows(tmp_path: Path) -> None:
    write_state(tmp_path / "state", generated_rows(SIZE))
    write_directory(tmp_path / "data", generated_rows(SIZE))
    store = Store(tmp_path / "read")
    with store.transaction() as transaction:
        put_rows(transaction, "sales", "accounts", read_data(tmp_path / "data")["sales"]["accounts"])
    store.close()
    assert accounts_in(tmp_path / "state") == accounts_in(tmp_path / "read")
    assert len(accounts_in(tmp_path / "read")) == 12_000


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_there_already_is_left_alone(tmp_path: Path, write: Callable[..., None]) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(TargetExists, match="is there already"):
        write(tmp_path / "there", generated_rows(Size()))
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.parametrize("write", WRITERS)
def test_an_interruption_leaves_nothing(tmp_path: Path, write: Callable[..., None]) -> None:
    def interrupted() -> Iterator[GeneratedRow]:
        yield from generated_rows(SIZE)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "made", interrupted())
    assert list(tmp_path.iterdir()) == []
