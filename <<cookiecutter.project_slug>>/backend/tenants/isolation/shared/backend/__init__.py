"""PostgreSQL, with the tenant in every message."""
