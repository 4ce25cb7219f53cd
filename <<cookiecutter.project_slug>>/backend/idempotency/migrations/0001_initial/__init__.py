"""The first tables, as each way to keep tenants apart needs them; the bake keeps one."""

from .shared import *  # noqa: F403
