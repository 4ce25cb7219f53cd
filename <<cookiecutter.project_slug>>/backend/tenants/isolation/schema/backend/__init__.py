"""PostgreSQL, with the tenant's search path in every message."""
