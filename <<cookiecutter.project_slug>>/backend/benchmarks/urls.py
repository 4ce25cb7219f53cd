"""The project's addresses, and beside them the contacts as an application without tenants would have them."""

from django.urls import URLPattern, URLResolver, path

from benchmarks.plain import PlainContacts
from config import urls
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401

urlpatterns: list[URLPattern | URLResolver] = [
    *urls.urlpatterns,
    path("plain/contacts", PlainContacts.as_view({"get": "list"})),
    path("plain/contacts/<uuid:pk>", PlainContacts.as_view({"get": "retrieve"})),
]
