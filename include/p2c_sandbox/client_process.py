"""The process of this machine that a request came from, for plans that kill it."""

from __future__ import annotations

import ipaddress

import psutil

from p2c_sandbox.faults import Action

Peer = tuple[str, int]


def aimed(action: Action | None, peer: Peer) -> Action | None:
    """The action with the client's own process in place of `client`, found while its connection stands.

    It stays as it is where no process is found: then nothing is killed.
    """
    if action is None or action.kill is None or action.kill.pid != "client":
        return action
    pid = client_process(peer)
    return action if pid is None else action.model_copy(update={"kill": action.kill.model_copy(update={"pid": pid})})


def client_process(peer: Peer) -> int | None:
    """The id of the process that holds the client's end of a connection; None for one of another machine."""
    host, port = peer
    if not host or not ipaddress.ip_address(host).is_loopback:
        return None
    found = psutil.net_connections(kind="tcp")
    return next((each.pid for each in found if each.laddr and tuple(each.laddr) == (host, port)), None)
