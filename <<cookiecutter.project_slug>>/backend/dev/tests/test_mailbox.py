"""Development's mailbox shows each mail, and a deployment has none."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from config.settings import local
from core.mail import Link, Mail, message
from dev import mailbox


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.ROOT_URLCONF, settings.MAILBOX = "dev.mailbox.urls", str(tmp_path / "mail")
    return tmp_path / "mail"


def send(subject: str = "Hello", to: str = "ann@x.test") -> None:
    made = message(to, Mail(subject, ("Zoë & co",), "Because.", link=Link("Go", "http://localhost/go")))
    made.connection = get_connection("dev.mailbox.MailboxBackend")
    assert made.send() == 1


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.mark.django_db
def test_mails_are_shown(folder, client) -> None:
    assert "no mails yet" in client.get("/dev/mail", headers={"accept": "text/html"}).content.decode()
    send("First")
    send("Second <b>")
    page = client.get("/dev/mail", headers={"accept": "text/html"}).content.decode()
    assert page.index("Second &lt;b&gt;") < page.index("First")
    newest = mailbox.mails()[0]
    page = client.get(f"/dev/mail/{newest.id}").content.decode()
    assert "Zoë &amp; co" in page
    assert f'src="/dev/mail/{newest.id}/html"' in page
    html = client.get(f"/dev/mail/{newest.id}/html")
    assert "http://localhost/go" in html.content.decode()
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert client.get("/dev/mail/no-such").status_code == client.get("/dev/mail/no-such/html").status_code == 404


@pytest.mark.django_db
def test_a_program_reads_them_as_json(folder, client) -> None:
    send()
    [mail] = client.get("/dev/mail", headers={"accept": "application/json"}).json()["mails"]
    assert (mail["to"], mail["subject"]) == ("ann@x.test", "Hello")
    assert "Zoë & co" in mail["text"]


def test_old_ones_go(folder, monkeypatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 2)
    for number in range(3):
        send(str(number))
    assert [mail.subject for mail in mailbox.mails()] == ["2", "1"]


def test_a_mail_of_text_alone_is_shown_too(folder) -> None:
    mail = EmailMultiAlternatives("Plain", "Just text", to=["ann@x.test"])
    mail.connection = get_connection("dev.mailbox.MailboxBackend")
    mail.send()
    assert (mailbox.mails()[0].text.strip(), mailbox.mails()[0].html) == ("Just text", "")


def test_only_development_has_it() -> None:
    assert local.EMAIL_BACKEND == "dev.mailbox.MailboxBackend"
    base = (Path(configured.BACKEND) / "config" / "settings" / "base.py").read_text()
    production = (Path(configured.BACKEND) / "config" / "settings" / "production.py").read_text()
    assert "dev" not in {line.strip(' ",') for line in (base + production).splitlines()}
    assert "dev." not in base + production
