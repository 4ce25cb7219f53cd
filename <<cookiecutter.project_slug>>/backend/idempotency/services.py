"""A request that comes twice is carried out once (draft-ietf-httpapi-idempotency-key-header-07).

What a request makes and the answer to it are committed together: whoever got no answer, because the line or a server
broke, may ask again with the same key, and has it made once, whenever it broke. An error has made nothing and is not
remembered.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connections
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.context import current_tenant
from tenants.isolation.databases import alias_of
from tenants.transactions import tenant_atomic

from .models import Answer

LIFETIME = timedelta(days=1)
"""How long an answer is remembered."""
MAX_KEY = 255
REPLAYED = "Idempotency-Replayed"


class KeyInvalid(APIException):
    """The key is none."""

    status_code = 400
    default_code = "idempotency_key_invalid"
    default_detail = f"Use 1 to {MAX_KEY} visible ASCII characters as Idempotency-Key, such as a UUID."


class KeyReused(APIException):
    """The key belongs to another request."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another request. Use a new one for each."


class InProgress(APIException):
    """The same request is being carried out at this moment."""

    status_code = 409
    default_code = "idempotency_in_progress"
    default_detail = "A request with this Idempotency-Key is being carried out. Ask again in a moment."
    wait = 1


def once(request: Request, key: str, handle: Callable[[], Response]) -> Response:
    """The answer of `handle`, or the one that it gave before to the member's same request with this key.

    That one has the header `Idempotency-Replayed`. Raises KeyInvalid, KeyReused and InProgress.
    """
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise KeyInvalid
    member: int = request.membership.pk  # type: ignore[attr-defined]
    fingerprint = _fingerprint(request)
    with tenant_atomic():
        _lock(f"{current_tenant().pk}:{member}:{key}")
        known = Answer.objects.filter(member=member, key=key).first()
        if known is None or _is_over(known):
            response = handle()
            _remember(response, member=member, key=key, fingerprint=fingerprint)
            return response
    if known.fingerprint != fingerprint:
        raise KeyReused
    return Response(json.loads(known.body), known.status, headers={**known.headers, REPLAYED: "true"})


def forget_old() -> int:
    """Forget what the current tenant was answered longer than LIFETIME ago, and say how much that was."""
    return Answer.objects.filter(created_at__lt=timezone.now() - LIFETIME).delete()[0]


def _lock(name: str) -> None:
    """Until the transaction ends. Raises InProgress if another one has it."""
    with connections[alias_of(current_tenant())].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{name}"])
        if not cursor.fetchone()[0]:
            raise InProgress


def _is_over(answer: Answer) -> bool:
    return answer.created_at < timezone.now() - LIFETIME


def _remember(response: Response, *, member: int, key: str, fingerprint: str) -> None:
    headers = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    values = {
        "fingerprint": fingerprint,
        "status": response.status_code,
        "headers": headers,
        "body": JSONRenderer().render(response.data).decode(),
        "created_at": timezone.now(),
    }
    Answer.objects.update_or_create(values, member=member, key=key)


def _fingerprint(request: Request) -> str:
    """What is asked, whatever the order of names and the spaces between them."""
    asked = [request.method, request.get_full_path(), _plain(request.data)]
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _plain(data: Any) -> Any:
    """The body as it was read, with the hash of a file in its place."""
    if isinstance(data, MultiValueDict):
        return {name: [_plain(value) for value in values] for name, values in data.lists()}
    if isinstance(data, UploadedFile):
        digest = sha256()
        for chunk in data.chunks():
            digest.update(chunk)
        data.seek(0)
        return [data.name, digest.hexdigest()]
    return data
