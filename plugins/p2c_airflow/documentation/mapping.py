"""The mappings: where the rows of each flow come from, who is in scope, which field goes where, the value maps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from p2c.flow import (
    Computed,
    Condition,
    Constant,
    DateDefault,
    Destination,
    FirstFilled,
    FirstValid,
    Flow,
    Join,
    Lines,
    LocalDate,
    OnlyIf,
    Option,
    Pair,
    Parent,
    Reference,
    SiteDefault,
    Source,
    Transform,
    ValueMap,
)
from p2c_airflow.documentation.markdown import code, table

ABOUT = """As declared, before the changes of a site: [customising.md](customising.md) shows how it makes them. Each
flow has two hops, from its source to the Common Data Service and on to its destination. *Written* is the write policy
of a field, *Blank* what a blank source does to it, *Too long* what becomes of a longer value; the value of a field
that is *checked against* another has to exist there."""


def mappings_page(flows: Iterable[Flow]) -> str:
    """The mappings of all flows, and the value maps that they share."""
    declared = list(flows)
    chapters = (re.sub(r"^#", "##", flow_page(flow), flags=re.MULTILINE) for flow in declared)
    return "\n\n".join(["# Mappings", ABOUT, *chapters, "## Value maps", *_value_maps(declared)])


def flow_page(flow: Flow) -> str:
    """The documentation of a flow, as its DAG shows it."""
    return "\n\n".join(
        [
            f"# {flow.title}",
            flow.description,
            _summary(flow),
            "## In scope",
            _scope(flow),
            *_hops(flow),
            *_choices(flow),
            *(_lines(flow.lines) if flow.lines else ()),
        ]
    )


def _hops(flow: Flow) -> Iterator[str]:
    yield f"## {flow.source.entity_set} > CDS {flow.cds.name}"
    yield table(("Source", "Target", "Transform"), [hop_row(pair) for pair in flow.source_to_cds])
    yield f"## CDS {flow.cds.name} > {flow.destination.entity_set}"
    yield table(
        ("Source", "Target", "Transform", "Written", "Blank", "Too long", "Checked against"),
        [destination_row(pair) for pair in flow.cds_to_destination],
    )


def _choices(flow: Flow) -> Iterator[str]:
    """What a site decides, and the pairs and expectations that follow."""
    rows = [
        (
            code(choice.name),
            choice.question,
            code(name) + (" (default)" if name == choice.default else ""),
            _option(option),
        )
        for part in flow.parts
        for choice in part.choices
        for name, option in choice.options.items()
    ]
    if rows:
        yield f"## Choices, in `[flows.{flow.name}.choices]` of site.toml"
        yield table(("Choice", "Question", "Answer", "Then"), rows)


def _option(option: Option) -> str:
    pairs = (*option.source_to_cds, *option.cds_to_destination)
    changes = [
        f"{row[1]} from {row[0]}: {row[2] or 'as it is'}, {pair.write}" for pair in pairs for row in [hop_row(pair)]
    ]
    expected = [
        f"{code(expects.entity_set + '.' + expects.field)} has to be {_values(expects.values)}"
        for expects in option.expects
    ]
    return "; ".join([*changes, *expected]) or "as above"


def _lines(lines: Lines) -> Iterator[str]:
    flow = lines.flow
    yield f"## {flow.title}"
    yield flow.description
    rows = [
        ("Read by", f"{code(lines.lookup)}, with their header"),
        ("Written", "with their header in one change set; lines that the source no longer has are deleted"),
        ("Line number", f"{code(flow.source.key)} > {code(flow.destination.key)}{_numbering(lines)}"),
        (
            "Kept for life",
            ", ".join(map(code, lines.kept_for_life)) + ": a change deletes the line and creates it anew"
            if lines.kept_for_life
            else "",
        ),
        ("Waits for", "; ".join(_parent(parent) for parent in flow.parents)),
        (
            "Money check",
            f"sum of CDS {code(lines.amounts[0])} = sum of {code(lines.amounts[1])}" if lines.amounts else "",
        ),
        ("Written together", "; ".join(f"{block.name}: {', '.join(map(code, block.fields))}" for block in flow.blocks)),
    ]
    yield table(("", ""), [row for row in rows if row[1]])
    if flow.scope:
        yield _scope(flow)
    yield from _hops(flow)


def _numbering(lines: Lines) -> str:
    return ", or numbered by us where a site says so" if lines.numbering else ""


def _summary(flow: Flow) -> str:
    source, destination = flow.source, flow.destination
    rows = [
        ("Source", f"{source.system}: {code(source.entity_set)}, {_read(source)}"),
        ("Read beside it", "; ".join(f"{code(join.entity_set)} by {code(join.by)}" for join in source.joined)),
        ("Integration key", f"{code(source.key)} > {code(destination.key)}{_within(destination)}"),
        ("Destination", f"{destination.system}: {code(destination.entity_set)}"),
        ("Ours is marked", " = ".join(map(code, destination.maintained or ()))),
        ("Number sequence", f"{destination.number_sequence} must be manual" if destination.number_sequence else ""),
        (
            "Changed while",
            f"{code(destination.writable[0])} is {' or '.join(map(code, destination.writable[1]))}"
            if destination.writable
            else "",
        ),
        ("Written by", "the first of the organizations that have it" if destination.shared else ""),
        ("State", f"{code(destination.state.field)}, set by a request of its own" if destination.state else ""),
        ("Waits for", "; ".join(_parent(parent) for parent in flow.parents)),
        ("Written together", "; ".join(f"{block.name}: {', '.join(map(code, block.fields))}" for block in flow.blocks)),
    ]
    return table(("", ""), [row for row in rows if row[1]])


def _read(source: Source) -> str:
    return "read whole by every run" if source.read_whole else f"changed by {code(source.modified)}"


def _within(destination: Destination) -> str:
    beside = " and ".join(code(name) for name in (destination.company, *destination.key_with) if name)
    return f" within {beside}" if beside else ""


def _parent(parent: Parent) -> str:
    waited = f"{code(parent.id)} of {parent.flow}, " if parent.flow else ""
    return f"{waited}{code(parent.target)} = {code(parent.entity_set + '.' + parent.key)}"


def _scope(flow: Flow) -> str:
    rows = [(code(condition.field), _condition(condition), condition.reason) for condition in flow.scope]
    return table(("Field", "Is", "Otherwise skipped, because"), rows)


def _condition(condition: Condition) -> str:
    unless_sent = f"; {_values(condition.unless_sent)} if it was not sent before" if condition.unless_sent else ""
    return (_values(condition.values) or "filled") + unless_sent


def _values(values: Iterable[str]) -> str:
    return ", ".join(map(_shown, values))


def _shown(value: str) -> str:
    return code(value) if value else "blank"


def hop_row(pair: Pair) -> tuple[str, ...]:
    """Source, target and transform of a pair; names stand between backticks."""
    source = " + ".join(map(code, pair.sources))
    state = "" if pair.enabled else " (off)"
    need = " (required)" if pair.required else ""
    return source, code(pair.target) + need + state, ", ".join(_transform(step) for step in pair.transforms)


def destination_row(pair: Pair) -> tuple[str, ...]:
    """The same of a pair of the second hop, with its policies and what it is checked against."""
    return (*hop_row(pair), pair.write, pair.blank, pair.length, _reference(pair.reference))


def _value_maps(flows: Iterable[Flow]) -> Iterator[str]:
    yield (
        "A site states the entries in `[value_maps.<name>]`; those below are taken where it has no such table. A value "
        "of the right-hand side stands for itself."
    )
    uses: dict[str, list[str]] = {}
    entries: dict[str, str] = {}
    for part in (part for flow in flows for part in flow.parts):
        for pair in (*part.source_to_cds, *part.cds_to_destination):
            for step in (step for step in pair.transforms if isinstance(step, ValueMap)):
                uses.setdefault(step.name, []).append(code(f"{part.name}.{pair.target}"))
                entries[step.name] = ", ".join(f"{code(key)} to {code(value)}" for key, value in step.entries)
    rows = [(code(name), ", ".join(uses[name]), entries[name]) for name in sorted(uses)]
    yield table(("Value map", "Used by", "Entries without a table"), rows)


def _transform(transform: Transform) -> str:
    match transform:
        case SiteDefault(required):
            words = "organization's default" + ("" if required else ", if it has one")
        case ValueMap(name, per, unmapped):
            words = f"value map {code(name)}" + (f" of {code(per)}" if per else "") + f", else {unmapped}"
        case _:
            words = _plain_words(transform)
    return words


def _plain_words(transform: Transform) -> str:
    words = {
        Constant: "constant {value}",
        Join: "joined by line breaks",
        FirstFilled: "the first that is filled",
        LocalDate: "date in the organization's time zone",
        DateDefault: "if blank, on create the organization's default {name}, counted from the second",
        OnlyIf: "only if {target}",
        FirstValid: "if blank, the first that is valid, by name",
        Computed: "computed by {function}",
    }
    parts = {name: code(getattr(value, "__name__", str(value))) for name, value in vars(transform).items()}
    return words[type(transform)].format(**parts)


def _reference(reference: Reference | None) -> str:
    if reference is None:
        return ""
    along = "".join(f" with {code(part.target)}" for part in reference.along)
    valid = ", valid today" if reference.valid else ""
    return f"{code(reference.entity_set + '.' + reference.field)}{along}{valid}"
