"""Requests that change state come from our own page: JSON, with the Origin of this Airflow.

A browser sends neither from another site without asking first, and nobody answers that question here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import HTTPException, Request


def require_same_origin(request: Request) -> None:
    """Raise HTTPException: 415 for anything but JSON, 403 for another Origin or none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON: Content-Type: application/json.")
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.scheme not in ("http", "https") or origin.netloc not in _own_hosts(request):
        raise HTTPException(403, "The request does not come from this Airflow's own pages: its Origin is another.")


def _own_hosts(request: Request) -> set[str]:
    """The host as the browser names it; behind a proxy that changes it, the one of `[api] base_url`."""
    hosts = {request.headers.get("host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc}
    return hosts - {""}
