"""The organizations of the demo that its parts speak of."""

from __future__ import annotations

#: The one in which people change rows.
CHANGED = "usmf"
#: The one whose company is broken on purpose: nothing of it may land, and nothing of the others' may fail for it.
BROKEN = "glco"
