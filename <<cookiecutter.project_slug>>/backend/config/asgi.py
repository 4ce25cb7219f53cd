"""The ASGI entry point of a deployment."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()

from tenants.audit import report  # noqa: E402  (needs the apps, which the line above has loaded)

report()
