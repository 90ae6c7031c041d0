"""What a client asks for in its `Prefer` header. Source: Microsoft docs: Compose HTTP requests and handle errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

_PREFERENCE = re.compile(r'([\w.-]+)(?:\s*=\s*("[^"]*"|[^,;\s]*))?')


@dataclass(frozen=True)
class Preferences:
    """The preferences understood here; `annotations` are patterns, one with a leading `-` taking others away."""

    page_size: int | None = None
    annotations: tuple[str, ...] = ()
    representation: bool = False
    continue_on_error: bool = False
    track_changes: bool = False

    def includes(self, annotation: str) -> bool:
        """Whether answers carry this annotation."""
        wanted = [pattern for pattern in self.annotations if not pattern.startswith("-")]
        unwanted = [pattern[1:] for pattern in self.annotations if pattern.startswith("-")]
        return _matches(annotation, wanted) and not _matches(annotation, unwanted)

    def applied(self) -> str:
        """The value of `Preference-Applied`; empty if nothing was asked."""
        told = {
            f"odata.maxpagesize={self.page_size}": self.page_size is not None,
            f'odata.include-annotations="{",".join(self.annotations)}"': bool(self.annotations),
            "return=representation": self.representation,
            "odata.continue-on-error": self.continue_on_error,
            "odata.track-changes": self.track_changes,
        }
        return ",".join(name for name, asked in told.items() if asked)


def parse_preferences(header: str) -> Preferences:
    """Read a `Prefer` header; what is not understood is passed over, as RFC 7240 says."""
    given = {name.lower(): value.strip('"') for name, value in _PREFERENCE.findall(header)}
    return Preferences(
        page_size=_page_size(given.get("odata.maxpagesize", given.get("maxpagesize", ""))),
        annotations=tuple(
            part.strip() for part in given.get("odata.include-annotations", "").split(",") if part.strip()
        ),
        representation=given.get("return", "").lower() == "representation",
        continue_on_error="odata.continue-on-error" in given and given["odata.continue-on-error"].lower() != "false",
        track_changes="odata.track-changes" in given,
    )


def _page_size(text: str) -> int | None:
    valid = text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0
    return int(text) if valid else None


def _matches(annotation: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(annotation, pattern) for pattern in patterns)
