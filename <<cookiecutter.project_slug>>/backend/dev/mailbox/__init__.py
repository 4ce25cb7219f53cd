"""Development's mailbox: mails are kept in a folder instead of being sent, and can be read at `/dev/mail`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as DjangoEmailMessage
from django.core.mail.backends.base import BaseEmailBackend

KEPT = 200
"""Mails; older ones are removed."""


class MailboxBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND of a developer's machine."""

    def send_messages(self, email_messages: Sequence[DjangoEmailMessage]) -> int:
        """Keep the mails, each as a file that other mail programs can read, too."""
        folder = Path(settings.MAILBOX)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            (folder / f"{time.time_ns()}.eml").write_bytes(message.message().as_bytes())
        for file in _files()[KEPT:]:
            file.unlink(missing_ok=True)
        return len(email_messages)


@dataclass(frozen=True)
class Kept:
    """A mail in the mailbox."""

    id: str
    to: str
    subject: str
    date: str
    text: str
    html: str


def mails() -> list[Kept]:
    """All of them, the newest first."""
    return [_read(file) for file in _files()]


def mail(number: str) -> Kept | None:
    """The mail of that id, None if there is none."""
    return next((_read(file) for file in _files() if file.stem == number), None)


def _files() -> list[Path]:
    return sorted(Path(settings.MAILBOX).glob("*.eml"), reverse=True)


def _read(file: Path) -> Kept:
    parsed = message_from_bytes(file.read_bytes(), policy=policy.default)
    texts = {kind: _body(parsed, kind) for kind in ("plain", "html")}
    headers = {name: str(parsed[name] or "") for name in ("To", "Subject", "Date")}
    return Kept(file.stem, headers["To"], headers["Subject"], headers["Date"], texts["plain"], texts["html"])


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part else ""
