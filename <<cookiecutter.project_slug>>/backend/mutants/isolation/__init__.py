"""The guards in the database and on the way to it, of each way to keep tenants apart; the bake keeps one."""

from .shared import *  # noqa: F403
