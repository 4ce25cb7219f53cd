"""Addresses that belong to no app. `/healthz` and `/readyz` are answered by core.middleware.HealthMiddleware."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from . import views

# Public, and read without looking at who asks: an expired log-in must not hide the documentation.
urlpatterns = [
    path("", views.root, name="root"),
    path("api/v1/schema", SpectacularAPIView.as_view(authentication_classes=[]), name="schema"),
    path("api/v1/docs", views.DocsView.as_view(), name="docs"),
]
