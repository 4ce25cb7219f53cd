"""What migrations make in the database."""
