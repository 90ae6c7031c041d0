"""The page, for its tests."""

from __future__ import annotations

from fixtures.page import api_server, filled_page, page

__all__ = ["api_server", "filled_page", "page"]
