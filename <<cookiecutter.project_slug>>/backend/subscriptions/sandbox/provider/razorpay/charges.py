"""What customers are charged: invoices, and the payments for them.

https://razorpay.com/docs/api/payments/subscriptions/fetch-invoices/, https://razorpay.com/docs/api/payments/entity/
"""

from __future__ import annotations

from dataclasses import dataclass

from subscriptions.sandbox.world import Thing, new_id

from .shop import Shop

TOKEN = 500
"""What a mandate costs that is given for later, in paise; it is given back at once."""
CUSTOMER = {"email": "customer@example.com", "contact": "+919876543210"}
"""How Razorpay reaches whoever pays in the sandbox."""


@dataclass(frozen=True)
class Line:
    """A line of an invoice."""

    name: str
    amount: int
    """What one of them costs."""
    quantity: int = 1
    kind: str = "addon"


def bill(shop: Shop, subscription: Thing, lines: list[Line]) -> Thing:
    """An invoice that is owed."""
    amount = sum(line.amount * line.quantity for line in lines)
    currency = shop.find("plan", subscription["plan_id"])["item"]["currency"]
    invoice = shop.make(
        "invoice",
        "inv",
        type="invoice",
        status="issued",
        subscription_id=subscription["id"],
        order_id=new_id("order"),
        payment_id=None,
        line_items=[_line(line, currency) for line in lines],
        **_addressed(subscription["customer_id"]),
        **_amounts(amount, currency),
        **_dated(subscription, shop.world.now),
        **_UNUSED,
    )
    invoice["short_url"] = f"{shop.origin}/rzp-invoice/{invoice['id']}"
    return invoice


def collect(shop: Shop, subscription: Thing, invoice: Thing) -> Thing:
    """The payment by which an invoice is paid."""
    payment = _payment(shop, subscription, invoice["amount"], invoice["currency"])
    payment.update(order_id=invoice["order_id"], invoice_id=invoice["id"])
    invoice.update(
        status="paid",
        amount_paid=invoice["amount"],
        amount_due=0,
        payment_id=payment["id"],
        paid_at=shop.world.now,
    )
    return payment


def take_token(shop: Shop, subscription: Thing) -> Thing:
    """The payment of a mandate for later: https://razorpay.com/docs/payments/subscriptions/workflow/"""
    payment = _payment(shop, subscription, TOKEN, "INR")
    payment.update(status="refunded", amount_refunded=TOKEN, refund_status="full")
    return payment


def owed(shop: Shop, subscription: Thing) -> list[Thing]:
    """The invoices that are not paid, the oldest first."""
    found = shop.world.all("invoice").values()
    return [one for one in found if (one["subscription_id"], one["status"]) == (subscription["id"], "issued")]


def _addressed(customer: str) -> Thing:
    nobody = dict.fromkeys(("name", "gstin", "billing_address", "shipping_address", "customer_name"))
    named = {f"customer_{name}": value for name, value in CUSTOMER.items()}
    return {"customer_id": customer, "customer_details": {"id": customer, **nobody, **CUSTOMER, **named}}


def _amounts(amount: int, currency: str) -> Thing:
    """Razorpay adds no taxes."""
    return {
        "amount": amount,
        "amount_paid": 0,
        "amount_due": amount,
        "gross_amount": amount,
        "tax_amount": 0,
        "taxable_amount": amount,
        "currency": currency,
        "currency_symbol": "₹" if currency == "INR" else currency,
    }


def _dated(subscription: Thing, now: int) -> Thing:
    never = dict.fromkeys(("paid_at", "cancelled_at", "expired_at", "expire_by"))
    period = {"billing_start": subscription["current_start"], "billing_end": subscription["current_end"]}
    return {"date": now, "issued_at": now, **never, **period}


_UNUSED: Thing = {
    **dict.fromkeys(("receipt", "invoice_number", "sms_status", "email_status", "description", "comment", "terms")),
    "idempotency_key": None,
    "notes": [],
    "partial_payment": False,
    "group_taxes_discounts": False,
    "view_less": True,
}
"""What invoices of subscriptions have, and what has no meaning there."""


def _line(line: Line, currency: str) -> Thing:
    total = line.amount * line.quantity
    unused = ("item_id", "ref_id", "ref_type", "description", "hsn_code", "sac_code", "tax_rate", "unit")
    return {
        "id": new_id("li"),
        "name": line.name,
        "type": line.kind,
        "amount": line.amount,
        "unit_amount": line.amount,
        "quantity": line.quantity,
        "gross_amount": total,
        "taxable_amount": total,
        "net_amount": total,
        "tax_amount": 0,
        "tax_inclusive": False,
        "taxes": [],
        "currency": currency,
        **dict.fromkeys(unused),
    }


def _payment(shop: Shop, subscription: Thing, amount: int, currency: str) -> Thing:
    method, kind = subscription["payment_method"], shop.hidden(subscription)["method"]
    unused = ("order_id", "invoice_id", "refund_status", "bank", "wallet", "fee", "tax")
    return shop.make(
        "payment",
        "pay",
        amount=amount,
        currency=currency,
        status="captured",
        captured="1",  # a string in Razorpay's samples of webhooks
        amount_refunded=0,
        international=kind == "international",
        method=method,
        card_id=new_id("card") if method == "card" else None,
        vpa="customer@upi" if method == "upi" else None,
        customer_id=subscription["customer_id"],
        description="Recurring Payment via Subscription",
        notes=[],
        **CUSTOMER,
        **dict.fromkeys((*unused, "error_code", "error_description")),
    )
