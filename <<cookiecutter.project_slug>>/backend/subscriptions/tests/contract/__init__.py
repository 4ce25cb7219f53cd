"""What each provider's objects look like; the bake keeps one, and puts it in this folder's place."""

from .stripe import *  # noqa: F403
