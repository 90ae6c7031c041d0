"""`p2c-sandbox`: run a local Sales and Finance and Operations; `p2c-sandbox seed`: make rows for them."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from p2c_sandbox import seed_command
from p2c_sandbox.credentials import load_credentials
from p2c_sandbox.seeding import DEMO, SeedError, read_data, reset
from p2c_sandbox.server import AddressRefused, Endpoint, bind, build_server, origin
from p2c_sandbox.service import Data, Service, open_service
from p2c_sandbox.tls import ensure_certificates

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM, or seed.

    Returns the exit status: 0, 2 with a line on standard error, or 130 if a signal ended the seeding.
    """
    options = _parser().parse_args(arguments)
    # Uvicorn raises the signal that ended it once more; as KeyboardInterrupt both leave through the clean-up below.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options.run(options)
    except (AddressRefused, SeedError, OSError, ValueError) as error:
        sys.stderr.write(f"p2c-sandbox: {error}\n")
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _serve(options: argparse.Namespace) -> None:
    with suppress(KeyboardInterrupt), ExitStack() as resources:
        _serve_with(options, resources)


def _serve_with(options: argparse.Namespace, resources: ExitStack) -> None:
    state = options.state or Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="p2c-sandbox-"))) / "state"
    state.parent.mkdir(parents=True, exist_ok=True)
    data = {} if options.empty else read_data(DEMO if options.data == "demo" else Path(options.data))
    tls = ensure_certificates(state.with_name(f"{state.name}.tls"), options.host) if options.tls else None
    endpoint = Endpoint(options.host, options.port, tls)
    listener = resources.enter_context(bind(endpoint))
    credentials = state.with_name(f"{state.name}.credentials.json")
    service = _open(state, credentials, data)
    resources.callback(service.store.close)
    listener.listen()
    sys.stdout.write(json.dumps(_readiness(service, endpoint, origin(endpoint, listener), credentials)) + "\n")
    sys.stdout.flush()
    build_server(service, endpoint).run(sockets=[listener])


def _open(state: Path, credentials: Path, data: Data) -> Service:
    """State that was there is kept as it is; a new one gets the data."""
    is_new = not state.exists()
    service = open_service(state, load_credentials(credentials, os.environ), data)
    if is_new:
        try:
            reset(service, data)
        except SeedError:
            service.store.close()
            state.unlink(missing_ok=True)
            raise
    return service


def _readiness(service: Service, endpoint: Endpoint, address: str, credentials: Path) -> dict[str, str | None]:
    """Addresses and file names; never a secret."""
    return {
        "origin": address,
        "sales": f"{address}/api/data/v9.2/",
        "finance_operations": f"{address}/data/",
        "token_url": f"{address}/{service.credentials.tenant_id}/oauth2/v2.0/token",
        "control": f"{address}/sandbox/",
        "tenant_id": service.credentials.tenant_id,
        "client_id": service.credentials.client_id,
        "credentials_file": str(credentials),
        "state_file": str(service.store.path),
        "ca_file": str(endpoint.tls.authority) if endpoint.tls else None,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="p2c-sandbox", description=__doc__)
    parser.set_defaults(run=_serve)
    seed_command.add_parser(parser.add_subparsers(title="commands", metavar="COMMAND"))
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; beyond loopback only with --tls")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--data", default="demo", help="'demo', a JSON file, or a directory of <system>/<set>.json")
    parser.add_argument("--empty", action="store_true", help="start without any row")
    parser.add_argument("--state", type=Path, help="SQLite file to keep the state in; without it, a temporary one")
    parser.add_argument(
        "--tls", action="store_true", help="serve HTTPS with a certificate authority kept beside the state"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
