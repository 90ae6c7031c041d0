"""Names of any text as one part of a path."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

from p2c.errors import ConfigurationError

#: File systems allow 255 bytes a name; the rest is left to endings.
LONGEST = 200


def path_part(name: str) -> str:
    """Percent-encode ``name`` into one path part: run ids hold colons and plus signs, and ``..`` must lead nowhere.

    A part that grows too long is cut and told apart by a digest. Raises ConfigurationError for an empty name.
    """
    if not name:
        raise ConfigurationError(
            "A staged set needs a DAG, run, organization, flow, step and attempt that are not empty."
        )
    encoded = quote(name, safe="", errors="surrogatepass")
    if not encoded.strip("."):
        encoded = encoded.replace(".", "%2E")
    if len(encoded) <= LONGEST:
        return encoded
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{encoded[: LONGEST - 17]}~{digest}"
