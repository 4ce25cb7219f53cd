"""Mails: what one says, once, and how it looks as text and as HTML."""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


class Link(NamedTuple):
    """Where a mail leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Mail:
    """What a mail says."""

    subject: str
    paragraphs: tuple[str, ...]
    why: str
    """Why they get it, and what to do if they do not expect it."""
    code: str = ""
    """To be typed in somewhere."""
    link: Link | None = None


def message(to: str, mail: Mail) -> EmailMultiAlternatives:
    """The mail to that address, ready to be sent.

    `core/email.html` has its styles in each tag: many mail programs drop all others, and pictures, too.
    """
    context = {"mail": mail, "site_name": settings.SITE_NAME, "support_email": settings.SUPPORT_EMAIL}
    text, html = (render_to_string(f"core/email.{kind}", context) for kind in ("txt", "html"))
    made = EmailMultiAlternatives(" ".join(mail.subject.split()), f"{text.strip()}\n", to=[to])
    made.attach_alternative(html, "text/html")
    return made
