"""Three ways to keep tenants apart; the bake keeps one."""

from .shared import *
