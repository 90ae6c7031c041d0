"""Prepared beginnings: the demo data with a flow's parents landed, and what an undisturbed run makes of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from faults.databases import Database, new_database, opened
from faults.sandboxes import forked_sandbox
from fixtures.trial import Trial

from p2c.flows import FLOWS


@dataclass(frozen=True)
class Image:
    """A state of the sandbox and a CDS database to copy."""

    flow: str
    state: Path
    database: Database


class Images:
    """Makes each image once; in this process, so that those forked from it later find all code loaded and warm."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder = folder
        self.server = server
        self._made: dict[tuple[str, str], Image] = {}

    @property
    def databases(self) -> tuple[str, ...]:
        return ("sqlite", "postgresql") if self.server else ("sqlite",)

    def image(self, flow: str, database: str) -> Image:
        if (flow, database) not in self._made:
            folder = Path(tempfile.mkdtemp(dir=self.folder, prefix=f"image-{flow}-"))
            image = Image(flow, folder / "state", new_database(database, folder, self.server))
            _prepare(image)
            self._made[flow, database] = image
        return self._made[flow, database]

    def drop(self) -> None:
        for image in self._made.values():
            image.database.dropped()


def _prepare(image: Image) -> None:
    with forked_sandbox(image.state) as sandbox:
        sandbox.reset("demo")
        engine = opened(image.database)
        trial = Trial(sandbox, engine, image.state.parent, FLOWS[image.flow])
        trial.land_parents("parents")
        engine.dispose()
