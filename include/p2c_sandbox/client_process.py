"""The process of this machine that a request came from, for plans that kill it."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

import psutil

from p2c_sandbox.faults import Action

Address = tuple[str, int]


class Ends(NamedTuple):
    """What the two ends of a connection are bound to: address and port."""

    client: Address
    server: Address


def aimed(action: Action | None, connection: Ends) -> Action | None:
    """The action with the client's own process in place of `client`, found while its connection stands.

    It stays as it is where no process is found: then nothing is killed.
    """
    if action is None or action.kill is None or action.kill.pid != "client":
        return action
    pid = client_process(connection)
    return action if pid is None else action.model_copy(update={"kill": action.kill.model_copy(update={"pid": pid})})


def client_process(connection: Ends) -> int | None:
    """The id of the process that holds the client's end of a connection; None for one of another machine.

    Both ends tell: a client's port may serve connections to several servers at once.
    """
    host = connection.client[0]
    if not host or not ipaddress.ip_address(host).is_loopback:
        return None
    found = psutil.net_connections(kind="tcp")
    return next((each.pid for each in found if (each.laddr, each.raddr) == connection), None)
