"""Whose document an invoice is, with each payment provider; the bake keeps one, and puts it in this folder's place."""

from .stripe import *  # noqa: F403
