"""Tenants: who they are, how a request finds its own, and how their rows are kept apart."""
