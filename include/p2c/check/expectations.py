"""How a flow expects the source system itself to be set, held against the system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import p2c_metadata
from p2c.check.finding import Finding, Severity
from p2c.choice import Expectation
from p2c.flow import Flow, System
from p2c.systems.odata.query import Page, Query


class SettingsSource(Protocol):
    """A system whose settings stand in an entity set."""

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]: ...


def unmet_expectations(flow: Flow, source: SettingsSource) -> list[Finding]:
    """An error for each setting of ``source`` that ``flow``, as a site has it, or its lines expect otherwise."""
    wanted: defaultdict[str, list[Expectation]] = defaultdict(list)
    for part in flow.parts:
        for expects in part.source.expects:
            wanted[expects.entity_set].append(expects)
    return [
        Finding(Severity.ERROR, flow.name, f"{flow.name}.source.expects", text)
        for name, expected in wanted.items()
        for text in _differences(flow.source.system, name, expected, source)
    ]


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
