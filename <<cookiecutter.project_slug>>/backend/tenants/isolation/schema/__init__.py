"""How tenants are kept apart: each has a PostgreSQL schema of its own, and a statement finds no other's tables."""
