"""Every address of the project; each app lists its own below /api/v1/."""

from django.contrib import admin
from django.urls import include, path

from tenants.maintenance_site import maintenance_site

urlpatterns = [
    path("", include("core.urls")),
    path("", include("subscriptions.urls")),
    path("admin/", admin.site.urls),
    path("maintenance/", maintenance_site.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),  # where providers of social login send people back to
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("contacts.urls")),
    path("api/v1/", include("jobs.urls")),
    path("api/v1/", include("members.urls")),
    path("api/v1/", include("tenants.urls")),
]

handler400 = "core.errors.bad_request"
handler403 = "core.errors.permission_denied"
handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"
