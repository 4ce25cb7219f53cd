"""All that the product knows of Razorpay: see `subscriptions.provider` for what a gateway offers."""

from .catalogue import ensure_price as ensure_price
from .changes import cancel as cancel
from .changes import change as change
from .changes import pay as pay
from .changes import preview_change as preview_change
from .changes import resume as resume
from .checkout import confirm_checkout as confirm_checkout
from .checkout import ensure_customer as ensure_customer
from .checkout import expire_checkout as expire_checkout
from .checkout import payment_method_url as payment_method_url
from .checkout import portal_url as portal_url
from .checkout import start_checkout as start_checkout
from .client import CAPABILITIES as CAPABILITIES
from .client import PROVIDER as PROVIDER
from .state import due_for_settling as due_for_settling
from .state import fetch as fetch
from .state import missed_events as missed_events
from .state import scan as scan
from .state import settle as settle
from .webhooks import verify_webhook as verify_webhook
