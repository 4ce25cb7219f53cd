"""The pages of development's mailbox."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.errors import only

from . import Kept, mail, mails

# A mail has its styles in each tag, which the policy of our own pages refuses.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'"


@only("GET")
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails, the newest first; as JSON, texts included, for whoever asks for that."""
    found = mails()
    if request.get_preferred_type(["application/json", "text/html"]) == "application/json":
        return JsonResponse({"mails": [asdict(one) for one in found]})
    return _page(request, "dev/mails.html", {"mails": found})


def mail_page(request: HttpRequest, number: str) -> HttpResponse:
    """One mail: its text, and a frame with its HTML."""
    return _page(request, "dev/mail.html", {"mail": _mail(number)})


def mail_html(request: HttpRequest, number: str) -> HttpResponse:
    """A mail's HTML, as a mail program would show it: without scripts, and with nothing fetched."""
    response = HttpResponse(_mail(number).html, headers={"Content-Security-Policy": f"{MAIL_POLICY}; sandbox"})
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, template, context)
    response.headers["Content-Security-Policy"] = f"{MAIL_POLICY}; frame-src 'self'"
    return response


def _mail(number: str) -> Kept:
    found = mail(number)
    if found is None:
        raise Http404
    return found
