"""The project's addresses, and beside them simplejwt's own view."""

from django.urls import URLPattern, URLResolver, path
from rest_framework_simplejwt.views import TokenRefreshView

from config import urls
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401

urlpatterns: list[URLPattern | URLResolver] = [*urls.urlpatterns, path("stock/refresh", TokenRefreshView.as_view())]
