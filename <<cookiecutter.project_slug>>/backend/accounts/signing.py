"""Which key signs a token, and which keys a token may have been signed with.

The header `kid` of a token names its key (RFC 7515, section 4.1.4), so that a new one takes over while tokens of the
one before are still about: docs/accounts.md says how to rotate.
"""

from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.tokens import Token

ALGORITHM = "HS256"
"""The only one: what a token says about its own algorithm is never believed (RFC 8725, section 3.1)."""


class KeyRing(TokenBackend):
    """simplejwt's backend for several keys: signs with the first, verifies with the one that the token names."""

    def __init__(self, keys: tuple[str, ...], issuer: str, audience: str) -> None:
        super().__init__(ALGORITHM, keys[0], issuer=issuer, audience=audience)
        self.kid, self.key = key_id(keys[0]), keys[0]
        self.keys = {key_id(key): key for key in keys}

    def encode(self, payload: dict[str, Any]) -> str:
        """The signed token."""
        claims = {**payload, "iss": self.issuer, "aud": self.audience}
        return jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.kid})

    def get_verifying_key(self, token: Token) -> str:
        """The key that the token names; `decode` answers the exception as it does a wrong signature."""
        kid = jwt.get_unverified_header(str(token)).get("kid")
        if kid not in self.keys:
            raise jwt.InvalidTokenError("No key of ours has this name.")
        return self.keys[kid]


def key_id(key: str) -> str:
    """A name for the key that tells nothing about it: 64 bits of a hash."""
    return sha256(f"kid:{key}".encode()).hexdigest()[:16]


def key_ring() -> KeyRing:
    """The keys of the settings, which are the same all the time but in tests."""
    keys = (settings.JWT_SIGNING_KEY, *settings.JWT_SIGNING_KEY_FALLBACKS)
    return _key_ring(keys, settings.SIMPLE_JWT["ISSUER"], settings.SIMPLE_JWT["AUDIENCE"])


_key_ring = cache(KeyRing)


class KeyRingToken:
    """Put before a token class of simplejwt: its tokens are signed and verified with our keys."""

    @property
    def token_backend(self) -> KeyRing:
        """simplejwt's own would be one that knows a single key."""
        return key_ring()
