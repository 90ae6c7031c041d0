"""Which system and entity set an address belongs to."""

from __future__ import annotations

import re

SALES_ROOT = "/api/data/v9.2"
FINANCE_OPERATIONS_ROOT = "/data"
FINANCE_OPERATIONS_METADATA = "/metadata"
CONTROL_ROOT = "/sandbox"
_TOKEN = re.compile(r"^/[^/]+/oauth2/v2\.0/token$")
_DISCOVERY = re.compile(r"^/[^/]+/v2\.0/\.well-known/openid-configuration$")
_ENTITY_SET = re.compile(r"^/([A-Za-z_]\w*)")


def system_of(path: str) -> str | None:
    """`sales`, `finance_operations`, `entra`, `control` or None. `path` is still percent-encoded."""
    if _TOKEN.match(path) or _DISCOVERY.match(path):
        return "entra"
    roots = {"control": CONTROL_ROOT, "sales": SALES_ROOT, "finance_operations": FINANCE_OPERATIONS_ROOT}
    found = next((name for name, root in roots.items() if path == root or path.startswith(f"{root}/")), None)
    return "finance_operations" if found is None and is_finance_operations_metadata(path) else found


def is_finance_operations_metadata(path: str) -> bool:
    """Whether the address belongs to F&O's metadata service, which stands beside `/data` and is written in any case."""
    return f"{path.lower()}/".startswith(f"{FINANCE_OPERATIONS_METADATA}/")


def entity_set_of(path: str) -> str | None:
    """The entity set a Sales or F&O address names first, None for `$batch`, `$metadata` and the like."""
    for root in (SALES_ROOT, FINANCE_OPERATIONS_ROOT):
        if path.startswith(f"{root}/") and (match := _ENTITY_SET.match(path[len(root) :])):
            return match.group(1)
    return None


def is_discovery(path: str) -> bool:
    """Whether the address is that of a tenant's OpenID configuration."""
    return _DISCOVERY.match(path) is not None
