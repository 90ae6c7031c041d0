"""CSDL of Dynamics 365 Sales and of Finance and Operations, as package data."""
