"""Celery tasks that know for whom they work.

The tenant travels in a header of the message. A task without one does not run, so nothing can forget it: `TenantTask`
is the base of every `@shared_task` (see config/celery.py), and what is truly for all tenants says so with
`@shared_task(base=ControlTask)`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn, ParamSpec, TypeVar

from celery import current_app, current_task, shared_task
from celery.contrib.django.task import DjangoTask
from celery.exceptions import Retry, SoftTimeLimitExceeded, TaskPredicate
from celery.result import AsyncResult, EagerResult
from django.db import OperationalError
from django.utils import timezone

from core.errors import SERVER_ERROR
from core.logging import current_request_id, request_id_variable
from tenants.context import TenantMissing, current_tenant_id, tenant_context
from tenants.fanout import active_tenants
from tenants.isolation.databases import is_ready
from tenants.models import Tenant

from .services import JobFailed, fail_job

MAX_RETRIES = 7
"""How often a job asks a database that is away: for two minutes, as a fail-over may take."""

INACTIVE_WAIT = timedelta(minutes=10)
"""Until a task looks again whether its tenant is active."""

READY_WAIT = timedelta(seconds=30)
"""Until a task looks again whether its tenant's rows can be worked with."""

P = ParamSpec("P")
R = TypeVar("R")


class UnknownTenant(LookupError):
    """The tenant that a task was sent for does not exist, or not any more."""


class TenantInactive(RuntimeError):
    """A task was to run at once for a tenant that is suspended or about to be deleted."""


class TenantNotReady(RuntimeError):
    """A task was to run at once for a tenant whose rows are being upgraded or moved."""


class RequestTask(DjangoTask[P, R]):
    """A task whose log lines name the request that asked for it."""

    abstract = True

    def apply_async(self, *args: Any, **options: Any) -> AsyncResult[R]:
        """Send the task to a worker."""
        return super().apply_async(*args, **self._with_headers(options))

    def apply(self, *args: Any, **options: Any) -> EagerResult[R]:
        """Run the task here and now, as if a worker did."""
        return super().apply(*args, **self._with_headers(options))

    def _with_headers(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "headers": options.get("headers") or self.own_headers()}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.in_context():
            return super().__call__(*args, **kwargs)

    def own_headers(self) -> dict[str, Any]:
        """What the message says beside the task's arguments."""
        return {"request_id": current_request_id()}

    def sent_headers(self) -> Mapping[str, Any]:
        """The headers of the message that this run answers."""
        return self.request.headers or {}

    @contextmanager
    def in_context(self) -> Iterator[None]:
        """Work for the request that the message names."""
        token = request_id_variable.set(self.sent_headers().get("request_id", "-"))
        try:
            yield
        finally:
            request_id_variable.reset(token)


class TenantTask(RequestTask[P, R]):
    """A task that works for one tenant: the one that was current where it was sent.

    As long as that is suspended or about to be deleted, the task waits, unless it says `for_closed_tenants=True`.
    """

    abstract = True
    for_closed_tenants = False

    def own_headers(self) -> dict[str, Any]:
        """Raises TenantMissing where no tenant is current."""
        tenant_id = current_tenant_id() or _tenant_id_of_running_task()
        if tenant_id is None:
            raise TenantMissing(f"Sending the task {self.name}")
        return {**super().own_headers(), "tenant_id": tenant_id}

    @contextmanager
    def in_context(self) -> Iterator[None]:
        """Work for the tenant that the message names. Raises TenantMissing or UnknownTenant.

        A task that another one calls, without a message, belongs to that one: so Celery calls what `link_error` and
        `map` name.
        """
        called = self.request.called_directly
        tenant_id = _tenant_id_of_running_task() if called else self.sent_headers().get("tenant_id")
        if tenant_id is None:
            raise TenantMissing(f"The task {self.name}, whose message names no tenant,")
        tenant = _tenant(tenant_id)
        if not (tenant.is_active or self.for_closed_tenants or called):
            self._wait_for(tenant)
        if not (called or is_ready(tenant)):
            self._wait_until_ready(tenant)
        with super().in_context(), tenant_context(tenant):
            yield

    def _wait_for(self, tenant: Tenant) -> NoReturn:
        """Send the message again, to be looked at later, and leave this one: Celery's retry without its counting.

        It is below the broker's visibility timeout, after which a message that waits would be delivered twice.
        """
        if self.request.is_eager:
            raise TenantInactive(f"The tenant '{tenant.slug}' is {tenant.status}: the task {self.name} has to wait.")
        later = timezone.now() + INACTIVE_WAIT
        self.signature_from_request(eta=later, retries=self.request.retries).apply_async()
        raise Retry(f"The tenant '{tenant.slug}' is {tenant.status}.", when=later)

    def _wait_until_ready(self, tenant: Tenant) -> NoReturn:
        """Send the message again, and leave this one: Celery's retry without its counting, so that none is lost."""
        reason = f"The rows of the tenant '{tenant.slug}' are being upgraded: the task {self.name} has to wait."
        if self.request.is_eager:
            raise TenantNotReady(reason)
        later = timezone.now() + READY_WAIT
        self.signature_from_request(eta=later, retries=self.request.retries).apply_async()
        raise Retry(reason, when=later)


def _tenant_id_of_running_task() -> int | None:
    """Celery sends a chain's next task when the one before has returned, and so has left its tenant."""
    headers = current_task.request.headers if current_task else None
    return headers.get("tenant_id") if headers else None


def _tenant(tenant_id: int) -> Tenant:
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    if tenant is None:
        raise UnknownTenant(f"There is no tenant with the id {tenant_id}: it was deleted after the task was sent.")
    return tenant


class ControlTask(RequestTask[P, R]):
    """A task for no tenant in particular. It enters the context of each tenant that it touches by itself."""

    abstract = True

    @contextmanager
    def in_context(self) -> Iterator[None]:
        """Work for no tenant."""
        with super().in_context(), tenant_context(None):
            yield


@shared_task(base=ControlTask)
def fan_out(name: str, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None) -> int:
    """Send the named task once for each active tenant, and say how many that were. For the schedule of `celery beat`.

    Raises NotRegistered for a name that no task has, before anything is sent.
    """
    task, tenants = current_app.tasks[name], active_tenants()
    for tenant in tenants:
        with tenant_context(tenant):
            task.apply_async(tuple(args), kwargs)
    return len(tenants)


class JobTask(TenantTask[P, R]):
    """A task that does a job, whose id is its only argument. If it fails for good, so does the job.

    A database that is away for a moment, or is being failed over, is waited for.
    """

    abstract = True

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return super().__call__(*args, **kwargs)
        except TaskPredicate:  # no failure: Celery's way to say "again" or "not now"
            raise
        except Exception as error:
            self._wait_for_database(error)
            with self.in_context():
                fail_job(str(args[0]), _reason(error))
            raise

    def _wait_for_database(self, error: Exception) -> None:
        """Raise Celery's Retry, unless it is something else or has been tried often: after 1, 2, 4 … seconds."""
        retries = self.request.retries
        if isinstance(error, OperationalError) and retries < MAX_RETRIES:
            raise self.retry(exc=error, countdown=2**retries, max_retries=MAX_RETRIES)


def _reason(error: Exception) -> JobFailed:
    if isinstance(error, JobFailed):
        return error
    if isinstance(error, SoftTimeLimitExceeded):
        detail = "The job took too long and was stopped. What it had done so far is kept. Try it in smaller parts."
        return JobFailed("timeout", detail, HTTPStatus.GATEWAY_TIMEOUT)
    return JobFailed("server_error", SERVER_ERROR)
