"""The connections of an installation: their types, ids and forms. Airflow 3.3 draws forms from this metadata alone."""

from __future__ import annotations

from typing import Any

SALES = "dynamics_sales"
FINANCE_OPERATIONS = "dynamics_finops"
COMMON_DATA_SERVICE = "common_data_service"


def connection_types() -> list[dict[str, Any]]:
    """The three connection types, as `get_provider_info` declares them."""
    return [
        _dynamics(SALES, "Dynamics 365 Sales", "p2c_airflow.hooks.sales.SalesHook", "https://contoso.crm.dynamics.com"),
        _dynamics(
            FINANCE_OPERATIONS,
            "Dynamics 365 Finance and Operations",
            "p2c_airflow.hooks.finance_operations.FinanceOperationsHook",
            "https://contoso.operations.dynamics.com",
        ),
        _common_data_service(),
    ]


def _field(label: str, description: str, kind: str = "string", **schema: object) -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": [kind, "null"], **schema}}


def _dynamics(connection_type: str, name: str, hook: str, example: str) -> dict[str, Any]:
    return {
        "connection-type": connection_type,
        "hook-name": name,
        "hook-class-name": hook,
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "port"],
            "relabeling": {"host": "Environment URL", "login": "Client ID", "password": "Client secret"},
            "placeholders": {
                "host": example,
                "login": "Application (client) ID of the app registration in Entra",
                "password": "Value of the client secret; leave empty to sign in with a certificate",
            },
        },
        "conn-fields": _SIGN_IN_FIELDS | _TRANSPORT_FIELDS,
    }


_SIGN_IN_FIELDS = {
    "tenant_id": _field("Tenant ID", "Directory (tenant) ID in Entra. Not needed with a token URL."),
    "token_url": _field("Token URL", "Address of the token service, where it is not Entra's public one.", format="url"),
    "certificate_file": _field(
        "Certificate file", "PEM file on the workers with the private key and the certificate, instead of a secret."
    ),
    "certificate_password": _field(
        "Certificate password", "Password of the private key, if it has one.", format="password"
    ),
    "environment_id": _field(
        "Environment ID",
        "Of Sales: the id of the environment that you mean. Where another one answers, as after a change of the URL, "
        "all flows stop.",
    ),
    "scope": _field("Scope", "Scope of the token. Empty: the environment URL with `/.default`."),
}

_TRANSPORT_FIELDS = {
    "timeout": _field("Timeout", "Seconds to wait for an answer. Empty: 120.", "integer", minimum=1, maximum=3600),
    "proxy": _field("Proxy", "URL of the proxy for this system."),
    "verify": _field("Verify TLS", "`true`, `false`, or the path of a CA bundle. Empty: `true`."),
    "cert": _field("TLS client certificate", "PEM file for mutual TLS, where a gateway asks for it."),
    "max_redirects": _field(
        "Redirects", "Redirects that a request of `hook.run` follows, at most.", "integer", minimum=0
    ),
    "trust_env": _field(
        "Use environment", "Take proxies and CA bundle from the environment of the workers. Empty: no.", "boolean"
    ),
}


def _common_data_service() -> dict[str, Any]:
    return {
        "connection-type": COMMON_DATA_SERVICE,
        "hook-name": "Common Data Service",
        "hook-class-name": "p2c_airflow.hooks.common_data_service.CommonDataServiceHook",
        "ui-field-behaviour": {
            "hidden-fields": [],
            "relabeling": {"host": "PostgreSQL server", "schema": "Database"},
            "placeholders": {
                "host": "Leave empty for SQLite, on one machine",
                "port": "5432",
                "schema": "p2c",
            },
        },
        "conn-fields": {
            "sqlite_file": _field(
                "SQLite file", "Path of the database file where no server is named. Empty: in the Airflow home."
            ),
            "sslmode": _field(
                "SSL mode",
                "How PostgreSQL is reached. Empty: `prefer`.",
                enum=["disable", "prefer", "require", "verify-ca", "verify-full", None],
            ),
        },
    }
