"""The SQL database behind the connection ``common_data_service``: SQLite on one machine, PostgreSQL in production."""
