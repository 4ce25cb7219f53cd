"""The sample domain, to copy or to delete: people that a tenant wants to remember."""
