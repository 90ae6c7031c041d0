"""Dynamics 365 Sales as Dataverse serves it: the Web API v9.2."""

from p2c_sandbox.sales.routing import answer

__all__ = ["answer"]
