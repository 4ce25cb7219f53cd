"""How tenants are kept apart: each row carries its tenant, and PostgreSQL's Row-Level Security guards it."""
