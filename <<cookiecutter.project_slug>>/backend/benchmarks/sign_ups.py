"""How long a tenant's sign-up takes, and how long if its place was made by migrating it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from statistics import median
from unittest.mock import patch

from accounts.models import User
from benchmarks.figures import Figure
from benchmarks.timing import Seconds, interleaved, ratio
from tenants.models import Tenant
from tenants.services import create_tenant

ROUNDS = 7
IN_CHILD = "import django; django.setup(); from benchmarks.isolation.measure import print_sign_ups; print_sign_ups()"

_numbers = count(1)


def sign_up() -> Tenant:
    """A new tenant, of the scratch database's only user."""
    return create_tenant(name=f"Customer {next(_numbers)}", owner=User.objects.get())


def measure(by_migrate: Callable[[Tenant], None]) -> dict[str, Seconds]:
    """Both ways. `by_migrate` stands in for the provisioning of the place."""

    def slowly() -> None:
        with patch("tenants.services.provision", by_migrate):
            sign_up()

    sign_up()  # what is kept for the next ones
    return interleaved({"ours": sign_up, "by migrate": slowly}, ROUNDS)


def measure_with_more_tables() -> dict[str, Seconds]:
    """`measure`, in a process that has the tables of benchmarks.further as well."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.further_settings"}
    command = [sys.executable, "-c", IN_CHILD]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603
    taken: dict[str, Seconds] = json.loads(done.stdout)
    return taken


def figures(
    taken: dict[str, Seconds], tables: str, *, at_most: float | None = None, at_least: float | None = None
) -> list[Figure]:
    """What was measured, for tables that are described: at most so many seconds, at least so many times quicker."""
    return [
        Figure(f"sign-up, {tables}", median(taken["ours"]), "s", at_most=at_most),
        Figure(f"sign-up by migrate, {tables}", median(taken["by migrate"]), "s"),
        Figure(f"times quicker, {tables}", ratio(taken["by migrate"], taken["ours"]), "x", at_least=at_least),
    ]
