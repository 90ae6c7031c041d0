"""What later cases begin behind: steps run once, their state left in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.case import Case
from benchmarks.installation import Installation


def prepared(case: Case, folder: Path) -> dict[str, Any]:
    """Run the steps in the folder that later cases copy; nothing is measured."""
    del folder
    installation, reference = Installation(Path(case.begun_from), case.origin), None
    for name in case.steps:
        reference = installation.step(name, case.run_id, reference)
    return {"rows": case.rows}
