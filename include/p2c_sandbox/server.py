"""One sandbox as a running server: Uvicorn over the gateway, on one port, plain or TLS."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from p2c_sandbox import finance_operations, sales
from p2c_sandbox.control import control_application
from p2c_sandbox.fault_delivery import TransportProtocol
from p2c_sandbox.gateway import Answer, Gateway
from p2c_sandbox.service import Service
from p2c_sandbox.tls import TlsFiles

SHUTDOWN_SECONDS = 3
KEEP_ALIVE_SECONDS = 60


class AddressRefused(ValueError):
    """An address the sandbox will not listen on."""


@dataclass(frozen=True)
class Endpoint:
    """Where to listen. Port 0 takes a free one; without `tls` the host must be a loopback one."""

    host: str
    port: int
    tls: TlsFiles | None = None


def answers() -> Mapping[str, Answer]:
    """What answers for each system."""
    return {"sales": sales.answer, "finance_operations": finance_operations.answer}


def bind(endpoint: Endpoint) -> socket.socket:
    """A socket bound to the endpoint. AddressRefused for plain http beyond loopback; OSError if it is taken."""
    if endpoint.tls is None and not is_loopback(endpoint.host):
        raise AddressRefused(f"Plain http is served on loopback only, not on {endpoint.host}: add --tls.")
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; on, it costs 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((endpoint.host, endpoint.port))
    except OSError:
        listener.close()
        raise
    return listener


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(endpoint: Endpoint, listener: socket.socket) -> str:
    """The address clients use, with the port that was really taken."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{'https' if endpoint.tls else 'http'}://{host}:{listener.getsockname()[1]}"


def build_server(service: Service, endpoint: Endpoint) -> uvicorn.Server:
    """The server; `serve` it with the socket of `bind`."""
    gateway = Gateway(service, answers(), control_application(service))
    config = uvicorn.Config(
        gateway,
        http=TransportProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        date_header=False,  # the sandbox's own clock gives the date
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_certfile=_text(endpoint.tls.certificate) if endpoint.tls else None,
        ssl_keyfile=_text(endpoint.tls.key) if endpoint.tls else None,
    )
    return uvicorn.Server(config)


def _text(path: Path) -> str:
    return str(path)
