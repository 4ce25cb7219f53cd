"""What counts as an event of Razorpay's; Forged is the only way to say no."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
import razorpay
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from subscriptions.gateway import verify_webhook
from subscriptions.provider import Event, Forged
from subscriptions.tests.signing import SECRET, TIME, event_body, signed

BODY = event_body()
SDK = razorpay.Client(auth=("rzp_test_key", "key_secret"))


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.RAZORPAY_WEBHOOK_SECRETS = [SECRET]


def test_an_event() -> None:
    assert verify_webhook(BODY, signed(BODY, "evt_1")) == Event(
        id="evt_1",
        type="subscription.charged",
        created=datetime.fromtimestamp(TIME, UTC),
        subscription="sub_1",
    )


def test_an_event_with_any_text_in_it() -> None:
    body = '{"entity":"event","event":"x","created_at":1,"payload":"Zoë 🙂"}'.encode()
    assert verify_webhook(body, signed(body)).type == "x"


@given(body=st.text(max_size=200), secret=st.text(min_size=1, max_size=50))
def test_we_sign_as_the_sdk_does(body: str, secret: str) -> None:
    """It raises an exception if the signature does not fit."""
    try:
        signature = signed(body.encode(), secret=secret)["X-Razorpay-Signature"]
    except UnicodeEncodeError:
        return
    SDK.utility.verify_webhook_signature(body, signature, secret)


@given(changed=st.binary(max_size=200))
def test_we_refuse_what_the_sdk_refuses(changed: bytes) -> None:
    headers = signed(BODY)
    body = changed.decode("latin-1")
    with pytest.raises(razorpay.errors.SignatureVerificationError):
        SDK.utility.verify_webhook_signature(body, headers["X-Razorpay-Signature"], SECRET)
    with pytest.raises(Forged):
        verify_webhook(body.encode(), headers)


def test_an_event_without_an_id_is_known_by_its_body() -> None:
    headers = {"X-Razorpay-Signature": signed(BODY)["X-Razorpay-Signature"]}
    assert verify_webhook(BODY, headers).id == f"sha256:{sha256(BODY).hexdigest()}"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 101, "é", "sha256:1", "x\ny", "x\n"])
def test_an_id_that_cannot_be_one_is_not_believed(sent: str) -> None:
    """The signature does not cover the header."""
    assert verify_webhook(BODY, signed(BODY, sent)).id == f"sha256:{sha256(BODY).hexdigest()}"


@pytest.mark.parametrize("value", ["", "garbage", "é" * 64, "0" * 64, "\ud800"])
def test_a_header_that_signs_nothing(value: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, {"X-Razorpay-Signature": value})


def test_no_header() -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, {})


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], BODY.replace(b"sub_1", b"sub_2"), b"", b"\xff\xfe"])
def test_another_body(body: bytes) -> None:
    with pytest.raises(Forged):
        verify_webhook(body, signed(BODY))


@pytest.mark.parametrize("secret", ["", " ", "another", SECRET.upper(), SECRET + " "])
def test_another_secret(secret: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, signed(BODY, secret=secret))


@pytest.mark.parametrize("secrets", [[], [""], [" \t"]])
def test_an_empty_secret_verifies_nothing(secrets: list[str], settings: Settings) -> None:
    """The SDK's check would accept what is signed with one."""
    settings.RAZORPAY_WEBHOOK_SECRETS = secrets
    for secret in ("", *secrets):
        with pytest.raises(Forged, match="Set RAZORPAY_WEBHOOK_SECRETS"):
            verify_webhook(BODY, signed(BODY, secret=secret))


@pytest.mark.parametrize(
    "text", [b"", b"not json", b"[]", b"{}", b"null", b"1", b'"event"', b'{"entity":"event"}', b"\xff\xfe"]
)
def test_a_signed_body_that_is_no_event(text: bytes) -> None:
    with pytest.raises(Forged, match="not an event"):
        verify_webhook(text, signed(text))


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "subscription"},
        {"event": ""},
        {"event": None},
        {"event": ["x"]},
        {"event": "e" * 256},
        {"created_at": None},
        {"created_at": "now"},
        {"created_at": 10**20},
        {"created_at": 10**400},
    ],
)
def test_an_event_without_what_we_need(change: dict[str, Any]) -> None:
    body = event_body(**change)
    with pytest.raises(Forged, match="not an event"):
        verify_webhook(body, signed(body))


@given(body=st.binary(max_size=200), value=st.text(max_size=200))
def test_nothing_but_forged_is_raised(body: bytes, value: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(body, {"X-Razorpay-Signature": value})
