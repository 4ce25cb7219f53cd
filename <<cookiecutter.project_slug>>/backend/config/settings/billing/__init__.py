"""Two payment providers; the bake keeps one."""

from .stripe import *
