"""Second factors and passkeys, which allauth runs."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from core.crypto import decrypt, encrypt


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's own, whose secrets nobody reads in a copy of the database, and whose passkeys fit all our hosts."""

    def encrypt(self, text: str) -> str:
        """Of the key of an authenticator app, and of what recovery codes are made of."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The domain that passkeys are for: with each host's own, one of acme's host would be of no use at globex's.

        A browser lets a host use the domains above it (WebAuthn, section 5.1.2). At a tenant's own domain there are no
        passkeys: log in at the product's and come back by a hand-off.
        """
        return {"id": settings.BASE_DOMAIN, "name": settings.SITE_NAME}
