"""Rules of the repository: import boundaries, length of files, one test module a source module."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE_FOLDERS = ("dags", "include", "plugins")
MAXIMUM_LINES = 300

REFUSED = [
    ("include/p2c/mapping/example.py", "import airflow.sdk\n\nprint(airflow.sdk)\n", "TID251"),
    ("include/p2c/mapping/example.py", "from airflow.sdk import DAG as DAG\n", "TID251"),
    ("include/p2c/mapping/example.py", "from p2c_sandbox import store as store\n", "TID251"),
    ("include/p2c/mapping/example.py", "import requests as requests\n", "TID251"),
    ("include/p2c/systems/finops.py", "import requests as requests\n", "TID251"),
    ("include/p2c/systems/odata/example.py", "import airflow as airflow\n", "TID251"),
    ("include/p2c_metadata/example.py", "import p2c as p2c\n", "TID251"),
    ("include/p2c_sandbox/example.py", "from p2c.errors import NAME as NAME\n", "TID251"),
    ("include/p2c_sandbox/example.py", "import airflow as airflow\n", "TID251"),
    ("plugins/p2c_airflow/example.py", "import p2c_sandbox as p2c_sandbox\n", "TID251"),
    ("plugins/p2c_plugin.py", "import pandas as pandas\n", "TID253"),
    ("dags/example.py", "import pandas as pandas\n", "TID253"),
    ("dags/example.py", "import pyarrow as pyarrow\n", "TID253"),
    ("dags/example.py", "import requests as requests\n", "TID253"),
]
ALLOWED = [
    ("include/p2c/systems/odata/example.py", "import requests as requests\n"),
    ("include/p2c_sandbox/example.py", "import p2c_metadata as p2c_metadata\n"),
    ("plugins/p2c_airflow/example.py", "import airflow as airflow\n"),
    ("dags/example.py", "def read() -> object:\n    import pandas\n\n    return pandas\n"),
]


def import_violations(path: str, source: str) -> set[str]:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID", "--output-format", "concise"]
    done = subprocess.run(
        [*command, "--stdin-filename", path, "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return set(re.findall(r"TID\d+", done.stdout))


def source_files() -> list[Path]:
    return sorted(path for folder in (*SOURCE_FOLDERS, "tests") for path in (ROOT / folder).rglob("*.py"))


def modules_to_test() -> list[Path]:
    """The modules of the four packages that hold a function, relative to the folder on Python's path."""
    modules = []
    for folder in ("include", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if holds_function(path) and path.name != "__main__.py" and "migrations" not in path.parts:
                modules.append(path.relative_to(ROOT / folder))
    return modules


def holds_function(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def mirror_of(module: Path) -> Path:
    name = module.parent.name if module.name == "__init__.py" else module.stem
    return Path("tests") / module.parent / f"test_{name}.py"


@pytest.mark.parametrize(("path", "source", "rule"), REFUSED)
def test_an_import_across_a_boundary_is_refused(path: str, source: str, rule: str) -> None:
    assert rule in import_violations(path, source)


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_an_import_within_the_boundaries_is_accepted(path: str, source: str) -> None:
    assert import_violations(path, source) == set()


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()
    }
    assert {path: length for path, length in lengths.items() if length > MAXIMUM_LINES} == {}


def test_each_module_with_functions_has_its_test_module() -> None:
    missing = [str(module) for module in modules_to_test() if not (ROOT / mirror_of(module)).exists()]
    assert missing == []


def test_each_test_module_has_its_source_module() -> None:
    tested = {mirror_of(module) for module in modules_to_test()}
    mirrored = [
        path.relative_to(ROOT)
        for package in ("p2c", "p2c_airflow", "p2c_metadata", "p2c_sandbox")
        for path in sorted((ROOT / "tests" / package).rglob("test_*.py"))
    ]
    assert [str(path) for path in mirrored if path not in tested] == []


def test_the_lock_names_no_registry_and_no_path() -> None:
    for path in (*ROOT.glob("requirements*.txt"), *ROOT.glob("tests/benchmarks/peers/*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "://" in line or " /" in line or line.startswith("--")] == []


def test_test_folders_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
