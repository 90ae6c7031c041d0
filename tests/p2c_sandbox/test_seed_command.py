from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from fixtures.sandbox import running_sandbox

from p2c_sandbox.generator import accounts, contacts, products, quotes

GUIDE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
SMALL = ("--accounts", "20", "--contacts", "10", "--products", "10", "--quotes", "10", "--bad-share", "0.1")


def seeded(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "p2c_sandbox.cli", "seed", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_seeded_state_is_served(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    done = seeded(*SMALL, "--state", state)
    assert done.returncode == 0, done.stderr
    assert re.search(r"accounts +20 +2 of them bad", done.stdout)
    with running_sandbox("--state", state) as sandbox:
        assert sandbox.sales.get("accounts/$count").text == "20"
        assert sandbox.finance_operations.get("SellableReleasedProducts/$count?cross-company=true").text == "20"


def test_a_seeded_directory_is_served(tmp_path: Path) -> None:
    directory = str(tmp_path / "data")
    assert seeded(*SMALL, "--directory", directory).returncode == 0
    with running_sandbox("--data", directory) as sandbox:
        assert sandbox.sales.get("quotes/$count").text == "10"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--accounts", "1"), "one of the arguments --state --directory is required"),
        (("--quotes", "1", "--state", "{}"), "p2c-sandbox: quotes need accounts"),
        (("--bad-share", "half", "--state", "{}"), "'half' is not a share such as 0.01"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    done = seeded(*(text.format(tmp_path / "state") for text in arguments))
    assert done.returncode == 2
    assert complaint in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_guide_s_example_works_as_written(tmp_path: Path) -> None:
    example = re.search(r"```sh\n(p2c-sandbox seed .*?[^\\])\n", GUIDE, re.DOTALL)
    assert example is not None
    program, command, *arguments = shlex.split(example[1].replace("\\\n", ""))
    assert (program, command) == ("p2c-sandbox", "seed")
    done = seeded(*(str(tmp_path / text) if text == "big.sqlite" else text for text in arguments))
    assert done.returncode == 0, done.stderr
    assert "quotes" in done.stdout


@pytest.mark.parametrize("kind", [accounts, contacts, products, quotes])
def test_the_guide_lists_every_fault(kind: ModuleType) -> None:
    name = kind.__name__.rpartition(".")[2].capitalize()
    row = next(line for line in GUIDE.partition("## Bad rows")[2].splitlines() if line.startswith(f"| {name}"))
    assert [fault for fault in kind.FAULTS if fault not in row] == []
