"""Where a browser may be sent."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def local_path(path: str) -> str:
    """The path if it stays on this host, else '/': nobody is to be sent elsewhere by a link to us."""
    stays = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if stays else "/"


def to_login(path: str) -> HttpResponseRedirect:
    """To the login page, and on to the path from there."""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': path})}")
