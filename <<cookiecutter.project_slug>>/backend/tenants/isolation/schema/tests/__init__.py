"""Tests of what is this way of keeping tenants apart alone."""
