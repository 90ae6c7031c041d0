"""Dynamics 365 Finance and Operations: OData at `/data`."""
