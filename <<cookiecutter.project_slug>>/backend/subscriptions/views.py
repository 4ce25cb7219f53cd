"""Where the payment provider tells us what has happened."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.errors import only, problem_response

from .gateway import Forged, verify_webhook
from .services import record_event

MAX_BODY = 1024 * 1024
"""Bytes. Events are a few thousand long; nobody without the secret may make us read more."""

log = logging.getLogger(__name__)


@csrf_exempt
@only("POST")
def webhook(request: HttpRequest) -> HttpResponse:
    """Store an event that the provider has signed: 200, also for one we have; 400 and nothing stored for any other.

    An error of ours is a 500: the provider tries again later.
    """
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return problem_response(request, 413, "too_large", f"An event has at most {MAX_BODY} bytes.")
    try:
        event = verify_webhook(body, request.headers)
    except Forged as reason:
        log.warning("Webhook refused: %s", reason)
        return problem_response(request, 400, "webhook_refused", "The signature or the event is not valid.")
    record_event(event, json.loads(body))
    return HttpResponse()
