"""A local Dynamics 365 Sales and Finance and Operations, faithful on the wire."""
