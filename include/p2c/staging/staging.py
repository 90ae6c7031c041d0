"""Where staged sets lie: ``<base>/<dag>/<run>/<organization>/<flow>/<step>/``, one for each key range of a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from p2c.errors import StagingError
from p2c.key_range import KeyRange
from p2c.staging import storage
from p2c.staging.manifest import decode, digest, encoded_schemas
from p2c.staging.path_part import path_part
from p2c.staging.resume import Resumed, last_whole_parts
from p2c.staging.staged_set import StagedSet
from p2c.staging.writer import MANIFEST, StagedWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa
    from upath import UPath

_WHOLE = KeyRange()


@dataclass(frozen=True)
class Staging:
    """The staging folder of one installation: a local folder or an object store."""

    base: UPath

    def step(
        self, dag_id: str, run_id: str, organization: str, flow: str, step: str, key_range: KeyRange = _WHOLE
    ) -> StagedStep:
        """The place of one step's staged set; raises ConfigurationError for an empty name."""
        folder = self._of_flow(dag_id, run_id, organization, flow)
        name = path_part(step) if key_range.whole else f"{path_part(step)}.{key_range.number}-{key_range.of}"
        return StagedStep(folder / name, step)

    def key_ranges(self, dag_id: str, run_id: str, organization: str, flow: str, step: str) -> Iterator[StagedStep]:
        """The places of a step's sets, one for each key range for which there may be one."""
        folder, own = self._of_flow(dag_id, run_id, organization, flow), path_part(step)
        for name in sorted(storage.entries(folder)):
            if name == own or name.startswith(f"{own}."):
                yield StagedStep(folder / name, step)

    def _of_flow(self, *names: str) -> UPath:
        folder = self.base
        for name in names:
            folder = folder / path_part(name)
        return folder

    def holds(self, dag_id: str) -> Callable[[str], bool]:
        """Whether there are staged sets of a run of the DAG; its runs are listed once."""
        present = frozenset(storage.entries(self.base / path_part(dag_id)))
        return lambda run_id: path_part(run_id) in present

    def discard_run(self, dag_id: str, run_id: str) -> None:
        """Remove the staged sets of one run; a run without any is no error."""
        storage.remove(self.base / path_part(dag_id) / path_part(run_id))


@dataclass(frozen=True)
class StagedStep:
    """The place of one step's staged set."""

    folder: UPath
    name: str

    @property
    def uri(self) -> str:
        """The address of the folder."""
        return str(self.folder)

    def writer(
        self, tables: Mapping[str, pa.Schema], *, attempt: str, resume: bool = False, basis: str = ""
    ) -> StagedWriter:
        """Begin a set of ``tables``; ``attempt`` is unique to this try.

        With ``resume`` the whole parts of an interrupted try are taken over, if it worked on the same tables and the
        same ``basis`` (whatever else decides the parts: query, window), and no set was committed since.
        Raises ConfigurationError where the folder cannot be written.
        """
        storage.create_folder(self.folder)
        ground = self._ground(tables, basis)
        resumed = last_whole_parts(self.folder, self.name, ground) if resume else Resumed()
        return StagedWriter(self.folder, self.name, tables, attempt=attempt, basis=ground, resumed=resumed)

    def read(self) -> StagedSet:
        """Open the committed set; raises StagingError where there is none or its manifest is not whole."""
        path = self.folder / MANIFEST
        return StagedSet(self.folder, decode(storage.read(path, self.name), str(path), self.name))

    def _ground(self, tables: Mapping[str, pa.Schema], basis: str) -> str:
        """Digest of what a resumed try shares with this one: clearing a finished step begins anew."""
        try:
            committed = digest(storage.read(self.folder / MANIFEST, self.name))
        except StagingError:
            committed = ""
        return digest(msgspec.json.encode([committed, encoded_schemas(tables), basis], order="sorted"))
