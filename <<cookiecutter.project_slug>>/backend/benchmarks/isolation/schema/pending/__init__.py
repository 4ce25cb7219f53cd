"""The migrations of contacts, and one more."""

from contacts import migrations

__path__ += migrations.__path__
