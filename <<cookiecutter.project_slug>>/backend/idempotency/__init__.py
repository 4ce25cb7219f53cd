"""Requests that may be sent again, and are carried out once."""
