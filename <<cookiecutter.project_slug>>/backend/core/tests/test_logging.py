"""Every line says for whom something was done, and so does what goes to Sentry."""

from django.conf import settings

from core.logging import request_id_variable, tag_event
from tenants.context import tenant_context
from tenants.models import Tenant


def test_every_handler_names_the_tenant_in_every_line() -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert "context" in handler["filters"]
        assert "tenant={tenant}" in settings.LOGGING["formatters"][handler["formatter"]]["format"]


def test_an_event_is_tagged() -> None:
    token = request_id_variable.set("request-1")
    with tenant_context(Tenant(pk=1, slug="acme")):
        tagged = tag_event({"message": "Oh", "tags": {"release": "1"}}, {})
    request_id_variable.reset(token)
    assert tagged == {"message": "Oh", "tags": {"release": "1", "tenant": "acme", "request_id": "request-1"}}
    assert tag_event({}, {}) == {"tags": {"tenant": "-", "request_id": "-"}}
