"""What the loopback server holds of a destination: rows by key, read and written on the wire of both systems."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import msgspec
from benchmarks.reference_rows import COMPANY, REFERENCE

PART = re.compile(
    rb"Content-ID: (\d+)\r\n\r\n(POST|PATCH) (\S+) HTTP/1\.1\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--", re.DOTALL
)
KEY = re.compile(r"[AP]-\d{7}")
REFUSED = b'{"error":{"code":"0x80040265","message":"The row breaks a rule of the destination."}}'
ACCOUNTS = {"LogicalName": "account", "EntitySetName": "accounts", "PrimaryIdAttribute": "accountid", "Keys": []}
PRODUCTS = {
    "LogicalName": "product",
    "EntitySetName": "products",
    "PrimaryIdAttribute": "productid",
    "Keys": [{"LogicalName": "key", "KeyAttributes": ["productnumber"], "EntityKeyIndexStatus": "Active"}],
}


class Destination:
    """Rows as last written, and their JSON once read."""

    def __init__(self, bad_every: int) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.written = 0
        self._kept: dict[str, dict[str, Any]] = {}
        self._bad_every = bad_every
        self._rendered: dict[str, dict[str, bytes]] = {}  # by key and selection

    def empty(self) -> None:
        """Forget all rows."""
        self.rows.clear()
        self._rendered.clear()

    def keep(self) -> None:
        """Remember the rows as they are."""
        self._kept = dict(self.rows)

    def restore(self) -> None:
        """Hold the rows kept, and nothing else."""
        for key in [key for key, row in self.rows.items() if self._kept.get(key) is not row]:
            self._rendered.pop(key, None)
        self.rows = dict(self._kept)

    def read(self, entity_set: str, query: str) -> bytes:
        """A page of an entity set."""
        options = dict(pair.partition("=")[::2] for pair in unquote(query).split("&"))
        columns = options.get("$select", "").split(",")
        if entity_set.startswith("EntityDefinitions"):
            table = ACCOUNTS if "account" in entity_set + options.get("$filter", "") else PRODUCTS
            return msgspec.json.encode(table if entity_set.endswith(")") else {"value": [table]})
        if entity_set in REFERENCE:
            shown = [{name: row.get(name, "") for name in columns} for row in REFERENCE[entity_set]]
            return msgspec.json.encode({"value": shown})
        keys = KEY.findall(options.get("$filter", ""))
        rows = [self._json(key, options["$select"], columns) for key in keys if key in self.rows]
        return b'{"value":[' + b",".join(rows) + b"]}"

    def _json(self, key: str, selection: str, columns: list[str]) -> bytes:
        rendered = self._rendered.setdefault(key, {})
        if selection not in rendered:
            row = self.rows[key]
            shown = {name: row.get(name, "") for name in columns}
            identity = {"dataAreaId": COMPANY, "CustomerAccount": key, "productnumber": key}
            identity["productid"] = f"{int(key[2:]):08x}-0000-4000-8000-000000000000"
            shown |= {name: value for name, value in identity.items() if name in columns}
            rendered[selection] = msgspec.json.encode({"@odata.etag": 'W/"1"', **shown})
        return rendered[selection]

    def batch(self, body: bytes) -> tuple[bytes, str, int]:
        """The answer to a ``$batch``, its content type, and how many rows it wrote."""
        written = 0
        parts = []
        for number, method, url, content in PART.findall(body):
            values = msgspec.json.decode(content)
            good = self._take(self._key(values, url.decode()), values)
            written += good
            status = b"400 Bad Request" if not good else b"201 Created" if method == b"POST" else b"204 No Content"
            shown = REFUSED if not good else content if method == b"POST" else b""
            parts.append(
                b"--b\r\nContent-Type: multipart/mixed; boundary=c" + number + b"\r\n\r\n--c" + number + b"\r\n"
                b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: "
                + number
                + b"\r\n\r\nHTTP/1.1 "
                + status
                + b"\r\nContent-Type: application/json\r\n\r\n"
                + shown
                + b"\r\n--c"
                + number
                + b"--\r\n"
            )
        return b"".join(parts) + b"--b--\r\n", "multipart/mixed; boundary=b", len(parts)

    def multiple(self, body: bytes) -> tuple[str, bytes, int]:
        """The answer to UpsertMultiple: status, body, and how many rows it took; one bad row rolls all back."""
        targets = msgspec.json.decode(body)["Targets"]
        keys = [self._key(target, target.get("@odata.id", "")) for target in targets]
        if any(map(self._is_bad, keys)):
            return "400 Bad Request", REFUSED, len(keys)
        for key, target in zip(keys, targets, strict=True):
            self._take(key, target)
        return "204 No Content", b"", len(keys)

    def _take(self, key: str, values: dict[str, Any]) -> bool:
        if self._is_bad(key):
            return False
        self.rows[key] = self.rows.get(key, {}) | values
        self.written += 1
        self._rendered.pop(key, None)
        return True

    def _is_bad(self, key: str) -> bool:
        return bool(self._bad_every) and int(key[2:]) % self._bad_every == self._bad_every // 2

    def _key(self, values: dict[str, Any], url: str) -> str:
        named = values.get("CustomerAccount") or values.get("productnumber")
        return str(named) if named else KEY.findall(unquote(url))[0]
