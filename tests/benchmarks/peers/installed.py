"""Peers that read the same pages, each in an environment of its own, which `make bench-peers` makes."""

from __future__ import annotations

from pathlib import Path

from benchmarks.case import Case

ENVIRONMENTS = Path(__file__).parents[3] / ".benchmarks"

#: By the name of the script and of its environment: how tables call the peer.
PEERS = {
    "dlt_client": "dlt, its REST client alone",
    "dlt_pipeline": "dlt, full framework",
    "dataverse_client": "Microsoft's Dataverse client",
    "singer": "singer-sdk tap, full framework",
    "airbyte": "airbyte-source-microsoft-dataverse, full framework",
}


def installed_peers(origin: str, rows: int) -> list[Case]:
    """A case for each peer whose environment is there."""
    found = []
    for script, name in PEERS.items():
        interpreter = ENVIRONMENTS / script.partition("_")[0] / "bin" / "python"
        if interpreter.exists():
            found.append(Case(name=name, kind=script, origin=origin, rows=rows, interpreter=str(interpreter)))
    return found
