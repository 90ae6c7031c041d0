"""Connections to the two systems and to the Common Data Service."""
