"""Mails: each as text and as HTML, from templates `<prefix>_{subject.txt,message.txt,message.html}`."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def message(prefix: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail that the templates make of the context, ready to be sent.

    They extend `core/email.txt` and `core/email.html`, which have the product's name, and the styles in each tag: many
    mail programs drop all others.
    """
    context = {"site_name": settings.SITE_NAME, "support_email": settings.SUPPORT_EMAIL, **context}
    subject, text, html = (
        render_to_string(f"{prefix}_{part}", context) for part in ("subject.txt", "message.txt", "message.html")
    )
    mail = EmailMultiAlternatives(" ".join(subject.split()), f"{text.strip()}\n", to=[to])
    mail.attach_alternative(html, "text/html")
    return mail
