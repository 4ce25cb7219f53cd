"""One provider's part of the sandbox; the bake keeps one, and puts it in this folder's place."""

from .stripe import Provider

__all__ = ["Provider"]
