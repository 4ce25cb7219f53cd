"""The guards of each way to keep tenants apart, and what happens without them; the bake keeps one."""

from .shared import *  # noqa: F403
