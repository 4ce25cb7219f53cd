"""Attacks on each way to keep tenants apart, and what comes of them; the bake keeps one."""

from .shared import *  # noqa: F403
