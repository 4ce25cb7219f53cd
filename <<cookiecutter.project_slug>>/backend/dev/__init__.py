"""Development on one machine: `make start`, `make stop` and `make test`, with PostgreSQL and Valkey from packages.

Everything here but `management/` and `tests/` runs on a bare Python, before there is a virtual environment, and so
imports nothing but the standard library.
"""
