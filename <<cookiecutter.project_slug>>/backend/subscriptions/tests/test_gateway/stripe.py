"""What counts as an event of Stripe's; Forged is the only way to say no."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from subscriptions.gateway import verify_webhook
from subscriptions.provider import Event, Forged
from subscriptions.tests.signing import SECRET, TIME, event_body, signed

BODY = event_body("evt_1")
TOLERANCE = 300


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def header(body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """A signature that was made some seconds ago."""
    sign = stripe.WebhookSignature.generate_signature_header
    return {"Stripe-Signature": sign(body.decode(), secret, int(time.time()) - age)}


def test_an_event() -> None:
    assert verify_webhook(BODY, signed(BODY)) == Event(
        id="evt_1",
        type="customer.subscription.updated",
        created=datetime.fromtimestamp(TIME, UTC),
        customer="cus_1",
        subscription="sub_1",
    )


def test_an_event_with_any_text_in_it() -> None:
    body = event_body(data={"object": {"name": "Zoë 🙂"}})
    assert verify_webhook(body, signed(body)).id == "evt_1"


@pytest.mark.parametrize("age", [0, TOLERANCE - 5, 5 - TOLERANCE])
def test_a_signature_of_now_or_nearly(age: int) -> None:
    assert verify_webhook(BODY, header(BODY, age=age)).id == "evt_1"


@pytest.mark.parametrize("age", [TOLERANCE + 5, -TOLERANCE - 5, -(10**9)])
def test_a_signature_of_another_time(age: int) -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, header(BODY, age=age))


def test_two_signatures_of_which_one_fits() -> None:
    """Stripe sends two while a secret is being replaced."""
    headers = {"Stripe-Signature": header(BODY)["Stripe-Signature"] + ",v1=" + "0" * 64}
    assert verify_webhook(BODY, headers).id == "evt_1"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "garbage",
        "t=,v1=",
        "t=abc,v1=00",
        "v1=00",
        "t=1",
        f"t={'9' * 5000},v1=00",
        "t=NOW,v1=é",
        "t=NOW,v1=" + "0" * 64,
        "t=NOW,v0=" + "0" * 64,
        "\ud800",
        "t=NOW=1,v1=00",
    ],
)
def test_a_header_that_signs_nothing(value: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, {"Stripe-Signature": value.replace("NOW", str(int(time.time())))})


def test_no_header() -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, {})


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], BODY.replace(b"sub_1", b"sub_2"), b"", b"\xff\xfe"])
def test_another_body(body: bytes) -> None:
    with pytest.raises(Forged):
        verify_webhook(body, header(BODY))


@pytest.mark.parametrize("secret", ["", " ", "another", SECRET.upper(), SECRET + " "])
def test_another_secret(secret: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(BODY, header(BODY, secret=secret))


@pytest.mark.parametrize("secrets", [[], [""], [" \t"]])
def test_an_empty_secret_verifies_nothing(secrets: list[str], settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    for secret in ("", *secrets):
        with pytest.raises(Forged, match="Set STRIPE_WEBHOOK_SECRETS"):
            verify_webhook(BODY, header(BODY, secret=secret))


@pytest.mark.parametrize("text", [b"", b"not json", b"[]", b"{}", b"null", b"1", b'"event"', b'{"object":"event"}'])
def test_a_signed_body_that_is_no_event(text: bytes) -> None:
    with pytest.raises(Forged, match="not an event"):
        verify_webhook(text, signed(text))


@pytest.mark.parametrize(
    "change",
    [
        {"object": "v2.core.event"},
        {"id": ""},
        {"id": None},
        {"id": 7},
        {"id": "e" * 256},
        {"type": ["x"]},
        {"created": None},
        {"created": "now"},
        {"created": 10**20},
        {"created": 10**400},
    ],
)
def test_an_event_without_what_we_need(change: dict[str, Any]) -> None:
    body = event_body(**change)
    with pytest.raises(Forged, match="not an event"):
        verify_webhook(body, signed(body))


@given(body=st.binary(max_size=200), value=st.text(max_size=200))
def test_nothing_but_forged_is_raised(body: bytes, value: str) -> None:
    with pytest.raises(Forged):
        verify_webhook(body, {"Stripe-Signature": value})


@pytest.mark.parametrize(("key", "livemode"), [("sk_test_1", True), ("sk_live_1", False), ("", True)])
def test_an_event_of_the_other_mode(key: str, livemode: bool, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = key
    body = event_body(livemode=livemode)
    with pytest.raises(Forged):
        verify_webhook(body, signed(body))
    settings.STRIPE_SECRET_KEY = "sk_live_1" if livemode else "sk_test_1"
    assert verify_webhook(body, signed(body)).id == "evt_1"
