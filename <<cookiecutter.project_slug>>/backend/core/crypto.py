"""Secrets that have to be read again, such as the key of somebody's authenticator app, encrypted in the database."""

import base64
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotDecrypt(ValueError):
    """The text was encrypted with another key than those of the settings, or was changed."""


def encrypt(text: str) -> str:
    """The text as nobody can read it without ENCRYPTION_KEY."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text that was encrypted, with ENCRYPTION_KEY or one of its fallbacks. Raises CannotDecrypt."""
    try:
        return _fernet().decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise CannotDecrypt("No ENCRYPTION_KEY fits. Was it changed without keeping the old as a fallback?") from error


def _fernet() -> MultiFernet:
    keys = [settings.ENCRYPTION_KEY, *settings.ENCRYPTION_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(key.encode()).digest())) for key in keys])
