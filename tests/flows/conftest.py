"""Contacts, products and quotes for the tests of their flows."""

from __future__ import annotations

from fixtures.contacts import contacts, landed
from fixtures.demo_quotes import demo_quotes, sent_quotes
from fixtures.products import products

__all__ = ["contacts", "demo_quotes", "landed", "products", "sent_quotes"]
