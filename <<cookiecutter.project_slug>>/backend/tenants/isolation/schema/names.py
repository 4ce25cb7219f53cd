"""The names of schemas."""

import secrets

from django.core.validators import RegexValidator

# Narrower than PostgreSQL's own rule, so that a name needs no escaping: in SQL, in a connection's options, in a shell.
SCHEMA_NAME = RegexValidator(
    r"\A(?!pg_)[a-z][a-z0-9_]{0,62}\Z",
    "Use 1 to 63 of a-z, 0-9 and '_': a letter first, and not 'pg_'.",
)

TENANTS_PATTERN = r"\At_[0-9a-f]{16}\Z"
"""The names that `new_schema_name` gives, as a regular expression of PostgreSQL's."""


def new_schema_name() -> str:
    """A name that no other schema has, and that stays true when the tenant takes another name or slug."""
    return f"t_{secrets.token_hex(8)}"
