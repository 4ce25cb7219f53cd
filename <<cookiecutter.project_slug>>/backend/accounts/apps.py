"""The app's configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from . import (
            openapi,  # noqa: F401  (tells the schema generator how to authenticate)
            receivers,  # noqa: F401  (connects the signals)
        )
