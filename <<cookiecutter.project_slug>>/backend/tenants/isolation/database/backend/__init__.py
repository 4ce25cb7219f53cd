"""PostgreSQL, with a connection per tenant."""
