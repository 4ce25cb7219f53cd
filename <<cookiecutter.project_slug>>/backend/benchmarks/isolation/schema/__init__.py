"""A schema per tenant, which the search path of each message leads to."""
