"""Contacts and products for the tests of their flows."""

from __future__ import annotations

from fixtures.contacts import contacts, landed
from fixtures.products import products

__all__ = ["contacts", "landed", "products"]
