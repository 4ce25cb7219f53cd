"""A database per tenant, over a connection of its own."""
