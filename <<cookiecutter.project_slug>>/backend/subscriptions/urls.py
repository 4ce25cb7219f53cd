"""Addresses for the payment provider."""

from django.urls import path

from .gateway import PROVIDER
from .views import webhook

urlpatterns = [path(f"webhooks/{PROVIDER}", webhook, name="webhook")]
