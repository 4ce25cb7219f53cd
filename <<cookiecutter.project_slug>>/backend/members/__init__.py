"""The people of a tenant, as the tenant's own rows know them."""
