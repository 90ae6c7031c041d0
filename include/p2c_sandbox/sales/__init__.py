"""Dynamics 365 Sales as Dataverse serves it: the Web API v9.2."""
