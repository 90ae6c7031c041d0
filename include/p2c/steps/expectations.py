"""What a flow expects of the source system's own settings, held against them before anything is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import p2c_metadata
from p2c.choice import Expectation
from p2c.errors import ConfigurationError
from p2c.flow import Flow, System
from p2c.systems.odata.query import Page, Query


class SettingsSource(Protocol):
    """A system whose settings stand in an entity set."""

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]: ...


def check_expectations(flow: Flow, source: SettingsSource) -> None:
    """Hold what a flow and its lines expect against the source; raises ConfigurationError naming each difference."""
    wanted: defaultdict[str, list[Expectation]] = defaultdict(list)
    for part in flow.parts:
        for expects in part.source.expects:
            wanted[expects.entity_set].append(expects)
    system = flow.source.system
    problems = [text for name, expected in wanted.items() for text in _differences(system, name, expected, source)]
    if problems:
        raise ConfigurationError(f"Flow {flow.name}: " + " ".join(problems))


def _differences(
    system: System, entity_set: str, expected: Sequence[Expectation], source: SettingsSource
) -> Iterator[str]:
    fields = tuple(dict.fromkeys(expects.field for expects in expected))
    for page in source.pages(Query(entity_set=entity_set, fields=fields)):
        for row in page.rows:
            for expects in expected:
                found = row[expects.field] or ""
                if found not in expects.values:
                    labels = _labels(system, expects)
                    wanted = " or ".join(_shown(value, labels) for value in expects.values if value)
                    yield (
                        f"{expects.field} of {entity_set} is {_shown(found, labels)}, but has to be {wanted}: "
                        f"{expects.reason} Mend the one or the other."
                    )


def _labels(system: System, expects: Expectation) -> Mapping[int, str]:
    return p2c_metadata.load(system).entity_set(expects.entity_set).property(expects.field).options


def _shown(value: str, labels: Mapping[int, str]) -> str:
    label = next((label for option, label in labels.items() if str(option) == value), "")
    return f"{value or 'blank'} ({label})" if label else value or "blank"
