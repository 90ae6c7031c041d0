"""What people change in a flow's source while runs are under way; every change bears the next number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from faults.world import World
from fixtures.trial import SITE, Trial

from p2c.flows import FLOWS

#: Far above every price of the demo.
PRICES = 900_000


@dataclass(frozen=True)
class Mark:
    """A source field whose values tell which of two is newer, and the destination field that it becomes."""

    source: str
    target: str
    value: Callable[[int], Any] = "No {}".format

    def read(self, value: Any) -> Decimal:
        """The number of a value at the destination; below all of them for one that nobody marked."""
        if isinstance(value, str) and not value.startswith("No "):
            return Decimal(-1)
        return Decimal(str(value).removeprefix("No "))


MARKS = {
    "accounts": Mark("telephone1", "PrimaryContactPhone"),
    "contacts": Mark("telephone1", "PrimaryPhoneNumber"),
    "contacts_to_customers": Mark("telephone1", "PrimaryContactPhone"),
    "quotes": Mark("description", "CustomersReference"),
    "products": Mark("ProductDescription", "description"),
    "price_list_items": Mark("SalesPrice", "amount", lambda number: PRICES + number),
}
#: What takes a row out of scope, and what brings it back; a quote that was closed never comes back.
LEAVING: Mapping[str, Mapping[str, Any]] = {
    "accounts": {"statecode": 1, "statuscode": 2},
    "contacts": {"statecode": 1, "statuscode": 2},
    "contacts_to_customers": {"statecode": 1, "statuscode": 2},
    "quotes": {"statecode": 3, "statuscode": 5},
    "products": {"IsSalesStopped": "Yes"},
    "price_list_items": {"IsSalesStopped": "Yes"},
}
RETURNING: Mapping[str, Mapping[str, Any]] = {
    "accounts": {"statecode": 0, "statuscode": 1},
    "contacts": {"statecode": 0, "statuscode": 1},
    "contacts_to_customers": {"statecode": 0, "statuscode": 1},
    "products": {"IsSalesStopped": "No"},
    "price_list_items": {"IsSalesStopped": "No"},
}


class People:
    """They work on a few rows of each organization, again and again.

    ``changed`` are the times of their changes, ``marked`` the last number of each row; with ``modified`` what they do
    bears that time instead of the present one.
    """

    def __init__(self, world: World, random: Random, rows: int = 3) -> None:
        self._world = world
        self._random = random
        self._flow = FLOWS[world.flow]
        self._number = 0
        self._gone: set[str] = set()
        self.closed: set[str] = set()
        self.marked: dict[str, int] = {}
        self.modified: datetime | None = None
        self.changed: list[datetime] = [self.now()]
        source = self._flow.source
        stored = {(str(row.get(source.company, "")), row[source.id]): row for row in self._stored()}
        self.rows: dict[str, dict[str, Any]] = {}
        for name in world.organizations:
            company = SITE.organization(name).legal_entity if source.company else ""
            outcomes = world.expected.truth.outcomes[name]
            landed = [
                id_
                for id_, outcome in sorted(outcomes.items())
                if outcome == "landed" and self._stays(stored[company, id_])
            ]
            for id_ in random.sample(landed, min(rows, len(landed))):
                self.rows.setdefault(id_, stored[company, id_])

    def _stays(self, row: Mapping[str, Any]) -> bool:
        """Whether a row stays in scope when it changes; a quote that was won does not."""
        once = (rule for rule in self._flow.scope if rule.unless_sent)
        return all(rule.holds(str(row[rule.field])) for rule in once)

    @property
    def keys(self) -> tuple[str, ...]:
        """The integration keys of the rows that they work on."""
        return tuple(row[self._flow.source.key] for row in self.rows.values())

    def now(self) -> datetime:
        """The time of both systems."""
        return datetime.fromisoformat(self._world.sandbox.control("GET", "clock")["now"])

    def change(self) -> None:
        """One of them edits a row, takes it out of scope, brings it back, revises it or enters another one."""
        source_id = self._random.choice(sorted(self.rows))
        draw = self._random.random()
        if source_id in self.closed:
            return
        if source_id in self._gone:
            self.bring_back(source_id)
        elif draw < 0.25 and self._flow.source.revision:
            self.revise(source_id)
        elif draw < 0.3:
            self.take_out(source_id)
        elif draw < 0.4 and self._world.flow != "price_list_items":
            self.enter(source_id)
        else:
            self.edit(source_id)

    def edit(self, source_id: str, **columns: Any) -> None:
        """Give a row the next number; the lines of a quote get it too."""
        self._put(source_id, {**self._marked(source_id), **columns})
        if lines := self._flow.lines:
            of_lines = lines.flow.source
            stored = self._world.sandbox.rows(of_lines.system, of_lines.entity_set)
            own = [row for row in stored if row[lines.lookup] == source_id]
            changed = [{of_lines.id: row[of_lines.id], "description": f"Line of {self._number}"} for row in own]
            self._world.sandbox.put_rows(of_lines.system, of_lines.entity_set, *changed)

    def take_out(self, source_id: str) -> None:
        """Deactivate, stop or close a row."""
        self._put(source_id, LEAVING[self._world.flow])
        (self._gone if self._world.flow in RETURNING else self.closed).add(source_id)

    def bring_back(self, source_id: str) -> None:
        """Have a row in scope again."""
        self._gone.discard(source_id)
        self._put(source_id, {**RETURNING[self._world.flow], **self._marked(source_id)})

    def revise(self, source_id: str) -> None:
        """Close a row as revised, and have a new revision of it in its place."""
        self._put(source_id, {**LEAVING[self._world.flow], "statuscode": 7})
        self._world.let_pass(1)
        row, revision = self.rows.pop(source_id), self._flow.source.revision
        self._enter(row, row[self._flow.source.key], {revision: row[revision] + 1})

    def enter(self, source_id: str, key: str = "") -> str:
        """Enter a row like another one, under a number of its own if no other is given; returns its id."""
        return self._enter(self.rows[source_id], key or f"NEW-{self._number + 1:05}", {})

    def delete(self, source_id: str) -> None:
        """Delete a row; what belongs to it stays, and is read by nobody."""
        source, row = self._flow.source, self.rows[source_id]
        names = [source.company, source.id] if source.company else [source.id]
        self._world.sandbox.delete_rows(source.system, source.entity_set, [row[name] for name in names])

    def orphan(self, contact: str) -> None:
        """Delete the account of a contact: Sales empties its lookup."""
        account = self.rows[contact]["_parentcustomerid_value"]
        contacts = self._world.sandbox.rows("sales", "contacts")
        own = [row["contactid"] for row in contacts if row.get("_parentcustomerid_value") == account]
        self._world.sandbox.delete_rows("sales", "accounts", [account])
        emptied = [{"contactid": each, "_parentcustomerid_value": None} for each in own]
        self._world.sandbox.put_rows("sales", "contacts", *emptied)

    def _enter(self, like: dict[str, Any], key: str, columns: Mapping[str, Any]) -> str:
        def entered(trial: Trial) -> dict[str, Any]:
            return trial.copy_of(like, key, **columns)

        row = {name: value for name, value in self._world.looked_at(entered).items() if name not in self._not_ours}
        self.rows[row[self._flow.source.id]] = row
        self._put(row[self._flow.source.id], {**row, **self._marked(row[self._flow.source.id])})
        return str(row[self._flow.source.id])

    def _marked(self, source_id: str) -> dict[str, Any]:
        self._number += 1
        self.marked[source_id] = self._number
        mark = MARKS[self._world.flow]
        return {mark.source: mark.value(self._number)}

    @property
    def _not_ours(self) -> tuple[str, ...]:
        return ("key", "version", "created", "modified")

    def _put(self, source_id: str, columns: Mapping[str, Any]) -> None:
        source = self._flow.source
        identity = {name: self.rows[source_id][name] for name in (source.id, source.company) if name}
        modified = self.modified.isoformat() if self.modified else None
        self._world.sandbox.put_rows(source.system, source.entity_set, {**identity, **columns}, modified=modified)
        self.changed.append(self.now())

    def _stored(self) -> list[dict[str, Any]]:
        return self._world.sandbox.rows(self._flow.source.system, self._flow.source.entity_set)
