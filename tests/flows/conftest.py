"""Contacts for the tests of their flows."""

from __future__ import annotations

from fixtures.contacts import contacts, landed

__all__ = ["contacts", "landed"]
