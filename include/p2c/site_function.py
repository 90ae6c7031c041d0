"""A plain function of a site, which ``site.toml`` names."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import FunctionType

from p2c.errors import ConfigurationError, unknown


@dataclass(frozen=True, repr=False)
class SiteFunction:
    """The function at ``path``, ``module:name``, called as if it stood here.

    Its module is imported when the function is first called, looked at or printed, so never while DAGs are parsed.
    """

    path: str

    def __call__(self, *values: object) -> object:
        """Call the function; raises ConfigurationError where there is none, and what it raises."""
        return self.plain(*values)

    @cached_property
    def plain(self) -> Callable[..., object]:
        """The function itself; raises ConfigurationError."""
        module, _, name = self.path.partition(":")
        try:
            found = vars(import_module(module))
        except Exception as error:
            raise ConfigurationError(
                f"The module {module} of {self.path} cannot be imported: {type(error).__name__}: {error}. "
                "It has to lie beside the DAGs, or be installed."
            ) from error
        functions = {known: value for known, value in found.items() if isinstance(value, FunctionType)}
        if name not in functions:
            raise ConfigurationError(f"{module}: " + unknown("plain function", name, functions))
        return functions[name]

    def __str__(self) -> str:
        """Name the function as ``site.toml`` does."""
        return self.path

    def __repr__(self) -> str:
        """Name the function and digest its module: rejected rows are tried again when either changes."""
        text = inspect.getsource(sys.modules[self.plain.__module__])
        return f"{self.path}@{hashlib.sha256(text.encode()).hexdigest()[:8]}"
