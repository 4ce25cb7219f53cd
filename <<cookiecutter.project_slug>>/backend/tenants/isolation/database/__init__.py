"""How tenants are kept apart: each has a PostgreSQL database, and a role that may connect to that one only."""
