"""Calls an address as people who have no business with Acme's rows, and says in sentences what is wrong and what to do.

Charlie owns Globex, and his account may do in the admin whatever concerns tenants' rows; Bob is a member of Acme.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS
from django.test import Client

from accounts.models import User
from conftest import PASSWORD, World
from tenants.context import tenant_context
from tenants.isolation.databases import alias_of
from tenants.selectors import host_of

from .models import tenant_plane, undone
from .routes import Route
from .rows import Rows
from .told import CANARY, PUBLIC, UNTRIED

SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSED = {401, 403, 404, 405}

SHOWN = (
    "Leave the default permissions on the view (`permission_classes`), and ask for rows of the request's tenant alone: "
    "by the managers of models that subclass TenantAwareModel, or `filter(tenant=current_tenant())`."
)
BY_ANYBODY = (
    "Leave the default permissions on the view (`permission_classes`), or `staff_member_required` outside of the API. "
    "If it is for everybody, say why in PUBLIC of tenants/tests/discovery/told.py."
)
UNFIT = (
    "no id of Acme's rows fits it, or another address comes before it, so nobody has tried it. Try it in a test of its "
    "own, and say in UNTRIED of tenants/tests/discovery/told.py why it is safe."
)


class Visitor:
    """Somebody, and the address of a tenant at which they ask."""

    def __init__(self, whom: str, host: str, cookies: Mapping[str, str] | None = None) -> None:
        self.whom = whom
        self.cookies = cookies or {}
        self._client = Client(raise_request_exception=False, headers={"host": host})

    def call(self, method: str, path: str, **body: Any) -> Any:
        """The answer; an error of the view's is a 500."""
        self._client.cookies = SimpleCookie(self.cookies)  # whatever they were told before
        return getattr(self._client, method.lower())(path, **body)


def visitors(world: World) -> list[Visitor]:
    """Everybody who is to see nothing of Acme's."""
    acme, globex = host_of(world.acme), host_of(world.globex)
    _let_into_admin(world.charlie)
    return [
        Visitor("somebody who is not logged in, at Acme's address", acme),
        Visitor("Globex's owner, at Globex's address", globex, _logged_in(world.charlie, globex)),
        Visitor("Globex's owner, at Acme's address", acme, _logged_in(world.charlie, acme)),
        Visitor("Acme's member, at Globex's address", globex, _logged_in(world.bob, acme)),
    ]


def _let_into_admin(user: User) -> None:
    """Staff, with every right that concerns tenants' rows and none besides."""
    ContentType.objects.clear_cache()
    User.objects.filter(pk=user.pk).update(is_staff=True)
    for model in tenant_plane():
        of_model = ContentType.objects.get_for_model(model)
        for action in model._meta.default_permissions:
            codename = f"{action}_{model._meta.model_name}"
            right, _ = Permission.objects.get_or_create(content_type=of_model, codename=codename)
            user.user_permissions.add(right)


def _logged_in(user: User, host: str) -> dict[str, str]:
    client = Client(headers={"host": host})
    credentials = {"email": user.email, "password": PASSWORD}
    answer = client.post("/_allauth/browser/v1/auth/login", credentials, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return {name: morsel.value for name, morsel in client.cookies.items()}


class Visits:
    """Each visitor calls each address that is made of ids of Acme's rows; nothing of it stays."""

    def __init__(self, world: World, rows: Rows) -> None:
        self.world, self.rows = world, rows
        self.visitors = visitors(world)
        self.state = rows.state()

    def faults(self, route: Route) -> list[str]:
        """What is wrong with the address. It is wrong, too, where it could not be tried."""
        if str(route) in UNTRIED:
            return []
        paths = self._paths(route)
        if not paths:
            return [f"{route}: {UNFIT}"]
        with self._undone():
            found = list(self._faults(route, paths))
        return found or self._needless(route, paths)

    def _paths(self, route: Route) -> list[str]:
        """Made of the id of one row if the view says what it is about, else of the id of each."""
        ids = self.rows.ids()
        if route.model and len(route.parts) == 1:
            row = self.rows.made.get(route.model)
            ids = [str(row.pk)] if row else ids[:1]
        return route.paths(ids) or route.paths(self.rows.ids())

    def _faults(self, route: Route, paths: list[str]) -> Iterator[str]:
        changing = []
        for visitor, path, (method, body) in itertools.product(self.visitors, paths, self._calls(route)):
            answer = visitor.call(method, path, **body)
            call = f"{method} {path} as {visitor.whom}"
            if method not in SAFE and answer.status_code < 400:
                changing.append(call)
            for what, remedy in _wrong(visitor, route, method, path, answer):
                yield f"{call}: {what}. {remedy}"
        if self.rows.state() != self.state:
            yield f"{route}: Acme's rows are not what they were, after {', '.join(changing) or 'reading'}. {SHOWN}"

    def _calls(self, route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
        """Methods and bodies. What can name a row of Acme's does so: the form, the JSON, the query."""
        ids = self.rows.named_ids()
        form, json = {"data": ids | {"post": "yes"}}, {"data": ids, "content_type": "application/json"}
        if "POST" in route.methods:
            yield "POST", form
        if not route.parts and "GET" in route.methods:
            yield "GET", {"data": ids}
        for method in route.methods:
            if method in SAFE:
                yield method, {}
            elif not route.is_djangos:
                yield method, json

    def _needless(self, route: Route, paths: list[str]) -> list[str]:
        if str(route) not in PUBLIC or not all(self._is_closed(route, path) for path in paths):
            return []
        return [f"{route} is in PUBLIC of tenants/tests/discovery/told.py for nothing: take it out."]

    def _is_closed(self, route: Route, path: str) -> bool:
        anybody = self.visitors[0]
        with self._undone():
            return all(_is_refused(anybody.call(method, path, **body)) for method, body in self._calls(route))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(undone(DEFAULT_DB_ALIAS))
            for tenant in (self.world.acme, self.world.globex):
                if alias_of(tenant) != DEFAULT_DB_ALIAS:
                    stack.enter_context(tenant_context(tenant))
                    stack.enter_context(undone(alias_of(tenant)))
            with tenant_context(None):
                yield


def _wrong(visitor: Visitor, route: Route, method: str, path: str, answer: Any) -> Iterator[tuple[str, str]]:
    status = answer.status_code
    if status >= 500:
        error = f" ({answer.exc_info[1]!r})" if answer.exc_info else ""
        yield f"it failed with {status}{error}", "Refuse what you do not know with 404, or 400 for a body."
    elif route.parts and status < 300 and method != "OPTIONS":  # which says what the address is for
        yield f"it answered {status} for an id of Acme's", SHOWN
    elif not visitor.cookies and str(route) not in PUBLIC and not _is_refused(answer):
        yield f"it answered {status} to somebody who is not logged in", BY_ANYBODY
    if CANARY in _text(answer).replace(path, ""):  # which they know already
        yield f"the answer, {status}, has something of Acme's in it", SHOWN


def _is_refused(answer: Any) -> bool:
    if answer.status_code in REFUSED:
        return True
    logins = (settings.LOGIN_URL, "/admin/login/", "/maintenance/login/")
    return answer.status_code == 302 and answer.headers["Location"].startswith(logins)


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{body.decode(errors='replace')}\n{answer.headers}\n{answer.cookies}"
