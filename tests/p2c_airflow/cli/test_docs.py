"""`p2c docs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2c_airflow.cli.main import main
from p2c_airflow.documentation.pages import pages


def docs(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["docs", *options])
    return int(ended.value.code or 0)


def test_every_page_is_written(tmp_path: Path) -> None:
    assert docs("--folder", str(tmp_path)) == 0
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")} == set(pages())


def test_what_was_written_passes_the_check(tmp_path: Path) -> None:
    docs("--folder", str(tmp_path))
    assert docs("--folder", str(tmp_path), "--check") == 0


def test_a_page_that_differs_fails_the_check_by_name_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs("--folder", str(tmp_path))
    (tmp_path / "reference" / "settings.md").write_text("edited")
    assert docs("--folder", str(tmp_path), "--check") == 1
    assert "settings.md differ from the declarations: run `make docs`." in capsys.readouterr().err
    assert (tmp_path / "reference" / "settings.md").read_text() == "edited"


def test_the_documentation_of_the_repository_is_what_the_declarations_say() -> None:
    assert docs("--folder", str(Path(__file__).parents[3] / "docs"), "--check") == 0
