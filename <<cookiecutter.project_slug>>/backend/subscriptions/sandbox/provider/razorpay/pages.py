"""The page on which customers give a mandate or another card, and the script that opens it as a window."""

from __future__ import annotations

import json

from subscriptions.sandbox.http import Reply, Request
from subscriptions.sandbox.http import page as html
from subscriptions.sandbox.world import Thing

from . import subscriptions
from .methods import METHODS
from .shop import ApiError, Shop

SCRIPT = """
window.Razorpay = function (options) {
  this.open = function () {
    var frame = document.createElement("iframe");
    frame.title = "Razorpay";
    frame.src = "%(origin)s/rzp/" + options.subscription_id + "?popup=1";
    frame.style = "position:fixed;inset:0;width:100%%;height:100%%;border:0;z-index:2147483647;background:#fffe";
    window.addEventListener("message", function hear(message) {
      if (message.source !== frame.contentWindow) return;
      window.removeEventListener("message", hear);
      frame.remove();
      if (message.data.razorpay_payment_id) options.handler(message.data);
      else if (options.modal && options.modal.ondismiss) options.modal.ondismiss();
    });
    document.body.appendChild(frame);
  };
};
"""
"""What checkout.js does, as far as it is used: https://razorpay.com/docs/payments/subscriptions/integration-guide/"""


def page(shop: Shop, request: Request) -> Reply | None:
    """The page at that address, or what sending its form does; None if there is none."""
    match request.parts:
        case ["checkout.js"]:
            return Reply(200, (SCRIPT % {"origin": shop.origin}).encode(), {"Content-Type": "text/javascript"})
        case ["rzp", name]:
            return _subscription(shop, shop.find("subscription", name), request)
        case ["rzp-invoice", name]:
            return html("provider/invoice.html", invoice=shop.find("invoice", name))
        case _:
            return None


def _subscription(shop: Shop, subscription: Thing, request: Request) -> Reply:
    popup = "popup" in request.query
    if request.method == "GET":
        return _page(shop, subscription, popup)
    kind = request.form.get("method", "")
    if kind == "declined":
        return _page(shop, subscription, popup, problem="Your payment was declined. Try another way.")
    if subscription["status"] == "created":
        brought = subscriptions.authorise(shop, subscription, kind)
        return html("provider/done.html", brought=json.dumps(brought), popup=popup)
    try:
        subscriptions.change_method(shop, subscription, kind)
    except ApiError as error:
        return _page(shop, subscription, popup, problem=str(error))
    return _page(shop, subscription, popup, done="This is how it is paid from now on.")


def _page(shop: Shop, subscription: Thing, popup: bool, problem: str = "", done: str = "") -> Reply:
    plan = shop.find("plan", subscription["plan_id"])
    upfront = sum(addon["item"]["amount"] for addon in shop.hidden(subscription)["addons"])
    return html(
        "provider/subscription.html",
        subscription=subscription,
        plan=plan,
        total=plan["item"]["amount"] * subscription["quantity"],
        upfront=upfront,
        methods=METHODS,
        popup=popup,
        problem=problem,
        done=done,
    )
