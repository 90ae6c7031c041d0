from __future__ import annotations

import pytest


@pytest.fixture
def mistakes(errors, site, tmp_path, monkeypatch):
    """The errors of a site that works a field out by the function it names."""
    (tmp_path / "contoso_check.py").write_text("def rating(revenue, employees):\n    return revenue\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(function: str, *sources: str) -> list[str]:
        fields = {"CreditRating": {"source": list(sources), "function": function}}
        return errors(settings=site(flows={"accounts": {"fields": fields}}))

    return run


PLACE = "site.toml [flows.accounts.fields.CreditRating]: "


def test_a_function_that_takes_the_values_of_its_sources_is_sound(mistakes) -> None:
    assert mistakes("contoso_check:rating", "revenue", "numberofemployees") == []


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("contoso_check:ratin", "contoso_check: Unknown plain function 'ratin'; did you mean 'rating'?"),
        ("contoso_checks:rating", "The module contoso_checks of contoso_checks:rating cannot be imported: Module"),
        (
            "contoso_check:rating",
            "contoso_check:rating(revenue, employees) is called with revenue: missing a required argument: 'employees'",
        ),
    ],
)
def test_a_function_that_cannot_be_called_is_reported_where_the_site_names_it(
    mistakes, function: str, message: str
) -> None:
    (found,) = mistakes(function, "revenue")
    assert found.startswith(PLACE + message)
