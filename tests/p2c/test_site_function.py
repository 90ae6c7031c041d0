"""Plain functions of a site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest

from p2c.errors import ConfigurationError
from p2c.site_function import SiteFunction

Written = Callable[[str], None]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Write the module `contoso_rules`, as a site would beside its DAGs."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> None:
        sys.modules.pop("contoso_rules", None)
        (tmp_path / "contoso_rules.py").write_text(text)
        invalidate_caches()

    yield write
    sys.modules.pop("contoso_rules", None)


def test_it_is_called_like_the_function_it_names(written: Written) -> None:
    written("def doubled(text):\n    return text * 2\n")
    assert SiteFunction("contoso_rules:doubled")("ab") == "abab"


def test_naming_a_function_imports_nothing(written: Written) -> None:
    written("raise RuntimeError('imported')\n")
    assert str(SiteFunction("contoso_rules:doubled")) == "contoso_rules:doubled"
    assert "contoso_rules" not in sys.modules


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "def double(text):\n    return text\n",
            "contoso_rules: Unknown plain function 'doubled'; did you mean 'double'",
        ),
        ("doubled = str\n", "contoso_rules: Unknown plain function 'doubled'"),
        ("import nowhere_to_be_found\n", "cannot be imported: ModuleNotFoundError: No module named 'nowhere_to_be"),
        ("def doubled(:\n", "cannot be imported: SyntaxError"),
    ],
)
def test_what_is_no_function_is_refused_with_the_reason(written: Written, text: str, message: str) -> None:
    written(text)
    with pytest.raises(ConfigurationError, match=message.replace("(", r"\(")):
        SiteFunction("contoso_rules:doubled")("ab")


def test_a_missing_module_is_refused_saying_where_it_has_to_lie() -> None:
    with pytest.raises(ConfigurationError, match="It has to lie beside the DAGs, or be installed"):
        SiteFunction("nowhere_to_be_found:doubled")("ab")


def test_it_is_told_apart_by_all_of_its_module_so_that_rejected_rows_are_tried_again(written: Written) -> None:
    written("FACTOR = 2\ndef times(text):\n    return text * FACTOR\n")
    first = repr(SiteFunction("contoso_rules:times"))
    assert first == repr(SiteFunction("contoso_rules:times"))
    written("FACTOR = 30\ndef times(text):\n    return text * FACTOR\n")
    assert repr(SiteFunction("contoso_rules:times")) != first
