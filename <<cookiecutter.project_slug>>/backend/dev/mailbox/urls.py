"""The project's addresses, and development's own beside them."""

from django.urls import URLPattern, URLResolver, path

from config import urls
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("dev/mail", views.mail_list, name="mailbox"),
    path("dev/mail/<str:number>", views.mail_page, name="mail"),
    path("dev/mail/<str:number>/html", views.mail_html, name="mail-html"),
    *urls.urlpatterns,
]
