from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from upath import UPath

from p2c.errors import ConfigurationError, StagingError, TransientError
from p2c.staging import storage


class UnreachablePath:
    """A path in an object store that does not answer."""

    protocol = "s3"

    def __str__(self) -> str:
        return "s3://bucket/object"

    def read_bytes(self) -> bytes:
        raise TimeoutError("no answer in 60 seconds")


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_is_written_is_read(base: UPath) -> None:
    storage.create_folder(base / "folder")
    storage.write(base / "folder" / "object", b"content")

    assert storage.read(base / "folder" / "object", "extract") == b"content"


def test_what_is_published_replaces_what_was_there(base: UPath) -> None:
    storage.create_folder(base)
    for content in (b"first", b"second"):
        storage.publish(base / "object", content, writer="1")

    assert storage.read(base / "object", "extract") == b"second"
    assert storage.entries(base) == ["object"]


def test_an_object_that_is_missing_names_the_step_to_clear(base: UPath) -> None:
    with pytest.raises(StagingError, match=r"object is missing\. Clear the step extract and those after it"):
        storage.read(base / "object", "extract")


def test_a_folder_that_is_missing_has_no_entries(base: UPath) -> None:
    assert storage.entries(base / "missing") == []


def test_a_removed_folder_is_gone_and_removing_it_again_is_no_error(base: UPath) -> None:
    storage.create_folder(base / "folder")
    storage.write(base / "folder" / "object", b"content")

    storage.remove(base / "folder")
    storage.remove(base / "folder")

    assert storage.entries(base / "folder") == []


def test_a_full_disk_is_a_thing_to_mend_naming_the_path(tmp_path: Path, small_disk: None) -> None:
    with pytest.raises(ConfigurationError, match=r"object cannot be written: File too large.*its free space"):
        storage.write(UPath(tmp_path / "object"), b"x" * 200_000)


def test_a_full_disk_leaves_what_was_published_before(tmp_path: Path, small_disk: None) -> None:
    path = UPath(tmp_path / "object")
    storage.publish(path, b"whole", writer="1")
    with pytest.raises(ConfigurationError):
        storage.publish(path, b"x" * 200_000, writer="2")

    assert storage.read(path, "extract") == b"whole"


def test_an_object_that_cannot_be_read_is_a_thing_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        storage.read(UPath(tmp_path), "extract")


def test_a_store_that_does_not_answer_may_do_so_later() -> None:
    with pytest.raises(TransientError, match=r"did not answer while s3://bucket/object was read"):
        storage.read(UnreachablePath(), "extract")  # type: ignore[arg-type]
