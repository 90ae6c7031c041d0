"""Dynamics 365 Finance and Operations: OData at `/data`."""

from p2c_sandbox.finance_operations.routing import answer

__all__ = ["answer"]
