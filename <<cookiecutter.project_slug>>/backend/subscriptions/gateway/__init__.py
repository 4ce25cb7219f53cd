"""Two payment providers; the bake keeps one, and puts it in this folder's place."""

from .stripe import *  # noqa: F403
