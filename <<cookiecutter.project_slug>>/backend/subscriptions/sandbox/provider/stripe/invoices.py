"""Invoices: issued, paid, tried again.

https://docs.stripe.com/billing/subscriptions/overview and https://docs.stripe.com/invoicing/overview
"""

from __future__ import annotations

from dataclasses import dataclass

from subscriptions.sandbox.world import Thing

from .cards import pays
from .shapes import part
from .shop import Shop

DAY = 86_400
RETRIES = (3, 5, 7)
"""Days after a renewal's failure on which it is tried again."""


@dataclass(frozen=True)
class Line:
    """A line of an invoice."""

    description: str
    amount: int
    item: Thing
    """The subscription's item."""
    start: int
    end: int
    is_proration: bool = False


def issue(shop: Shop, subscription: Thing, lines: list[Line], reason: str, *, occasion: str) -> Thing:
    """Write an invoice and try to have it paid. A negative total is put on the customer's balance for the next one."""
    invoice = _new(shop, subscription, lines, reason)
    subscription["latest_invoice"] = invoice["id"]
    shop.emit("invoice.created", invoice)
    shop.emit("invoice.finalized", invoice)
    pay(shop, invoice, occasion=occasion)
    return invoice


def pay(shop: Shop, invoice: Thing, *, occasion: str) -> bool:
    """Try to have an invoice paid."""
    due = invoice["amount_due"]
    if due == 0 or pays(shop, invoice["customer"], occasion):
        invoice["status_transitions"] |= {"paid_at": shop.world.now}
        attempts = invoice["attempt_count"] + (1 if due else 0)
        invoice.update(
            status="paid",
            attempted=True,
            attempt_count=attempts,
            amount_paid=due,
            amount_remaining=0,
            next_payment_attempt=None,
        )
        shop.emit("invoice.paid", invoice)
        shop.emit("invoice.payment_succeeded", invoice)
        return True
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    shop.emit("invoice.payment_failed", invoice)
    return False


def void(shop: Shop, invoice: Thing) -> None:
    """Nobody has to pay it any more."""
    invoice["status_transitions"] |= {"voided_at": shop.world.now}
    invoice.update(status="void", next_payment_attempt=None)
    shop.emit("invoice.voided", invoice)


def preview(shop: Shop, subscription: Thing, lines: list[Line]) -> Thing:
    """An invoice that is only calculated."""
    return _draft(shop, subscription, lines, "upcoming", keep=False)


def plan_retry(shop: Shop, invoice: Thing) -> bool:
    """When a failed renewal is tried next; False if it was tried often enough."""
    first = invoice["status_transitions"]["finalized_at"]
    left = [first + days * DAY for days in RETRIES if first + days * DAY > shop.world.now]
    shop.change(invoice, "invoice.updated", next_payment_attempt=left[0] if left else None)
    return bool(left)


def _new(shop: Shop, subscription: Thing, lines: list[Line], reason: str) -> Thing:
    invoice = _draft(shop, subscription, lines, reason, keep=True)
    customer = shop.find("customer", subscription["customer"])
    total, balance = invoice["total"], customer["balance"]
    customer["balance"] = min(0, total + balance)
    invoice.update(ending_balance=customer["balance"])
    return invoice


def _draft(shop: Shop, subscription: Thing, lines: list[Line], reason: str, *, keep: bool) -> Thing:
    customer = shop.find("customer", subscription["customer"])
    total, balance = sum(line.amount for line in lines), customer["balance"]
    due = max(0, total + balance)
    number = f"{customer['invoice_prefix']}-{len(shop.world.all('invoice')) + 1:04}"
    invoice = (shop.make if keep else shop.shape)(
        "invoice",
        customer=customer["id"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        currency=subscription["currency"],
        billing_reason=reason,
        collection_method="charge_automatically",
        status="open",
        number=number,
        subtotal=total,
        total=total,
        amount_due=due,
        amount_remaining=due,
        starting_balance=balance,
        period_start=shop.world.now,
        period_end=shop.world.now,
        account_country="US",
        metadata={},
        parent=_parent(subscription),
    )
    invoice["status_transitions"] |= {"finalized_at": shop.world.now}
    invoice["hosted_invoice_url"] = f"{shop.origin}/invoice/{invoice['id']}"
    invoice["invoice_pdf"] = f"{shop.origin}/invoice/{invoice['id']}/pdf"
    invoice["lines"]["data"] = [_line(shop, invoice, subscription, line) for line in lines]
    return invoice


def _parent(subscription: Thing) -> Thing:
    details = part("invoice", "parent", "subscription_details")
    details.update(subscription=subscription["id"], metadata=subscription["metadata"])
    return part("invoice", "parent") | {"type": "subscription_details", "subscription_details": details}


def _line(shop: Shop, invoice: Thing, subscription: Thing, line: Line) -> Thing:
    price = line.item["price"]
    source = part("invoice_line_item", "parent", "subscription_item_details") | {
        "subscription": subscription["id"],
        "subscription_item": line.item["id"],
        "proration": line.is_proration,
    }
    return shop.shape("invoice_line_item", object="line_item") | {
        "amount": line.amount,
        "subtotal": line.amount,
        "currency": invoice["currency"],
        "description": line.description,
        "invoice": invoice["id"],
        "period": {"start": line.start, "end": line.end},
        "quantity": line.item["quantity"],
        "subscription": subscription["id"],
        "metadata": {},
        "parent": part("invoice_line_item", "parent")
        | {"type": "subscription_item_details", "subscription_item_details": source},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": str(price["unit_amount"]),
        },
    }
