"""Functions that work values out: they exist, and take as many values as their pair has source fields."""

from __future__ import annotations

import inspect
from types import FunctionType

from p2c.check.subject import DESTINATION_HOP, SOURCE_HOP, Subject
from p2c.check.values import transforms
from p2c.errors import ConfigurationError
from p2c.flow import Computed, Pair
from p2c.site_function import SiteFunction


def check_functions(subject: Subject) -> None:
    """Look at the function of every pair of both hops; a site's own is imported."""
    for hop, pairs in ((SOURCE_HOP, subject.source_pairs), (DESTINATION_HOP, subject.destination_pairs)):
        for pair in pairs:
            for computed in transforms(pair, Computed):
                if mistake := _mistake(computed, pair):
                    subject.report.error(subject.place(hop, pair), mistake)


def _mistake(computed: Computed, pair: Pair) -> str | None:
    function = computed.function
    try:
        function = function.plain if isinstance(function, SiteFunction) else function
    except ConfigurationError as error:
        return error.message
    return _uncallable(computed.name, function, pair) if isinstance(function, FunctionType) else None


def _uncallable(name: str, function: FunctionType, pair: Pair) -> str | None:
    signature = inspect.signature(function)
    try:
        signature.bind(*pair.sources)
    except TypeError as error:
        return f"{name}{signature} is called with {', '.join(pair.sources)}: {error}."
    return None
