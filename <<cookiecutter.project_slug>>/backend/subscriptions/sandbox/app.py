"""The sandbox as a whole: the provider's API and pages, the dashboard, the clock and the deliveries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from .dashboard import Dashboard
from .delivery import Delivery
from .http import Reply, Request
from .provider import Provider
from .world import World

DAY = 86_400
NOWHERE = "http://sandbox.invalid"
"""What stands for the sandbox's own address in all that it keeps: its port may be another one the next time."""


@dataclass(frozen=True)
class ApiFault:
    """What goes wrong with the provider's next answers."""

    kind: str
    """error, limit, garbage or nothing."""
    times: int = 1
    """With how many of them."""
    late: bool = False
    """What was asked is done all the same."""
    method: str = ""
    """Only where this is asked; '' for any."""
    seconds: float = 15
    """How long `nothing` takes."""


class Sandbox:
    """One provider for one product."""

    def __init__(self, world: World, webhook_url: str, each_day: Callable[[], None] | None = None):
        self.world = world
        self.provider = Provider(world)
        self.provider.origin = NOWHERE
        self.delivery = Delivery(world, webhook_url, self.provider.sign)
        self.dashboard = Dashboard(self)
        self.calls = 0
        self.errors: list[Exception] = []
        """Bugs of the sandbox itself, for its tests to see."""
        self._each_day = each_day or (lambda: None)
        self._fault: ApiFault | None = None
        self._fault_lock = Lock()

    def reply(self, request: Request) -> Reply:
        """The answer to a request, the provider's or the dashboard's."""
        with self.world.held():
            answered = self._provider(request)
        reply = answered or self.dashboard.reply(request)
        return replace(reply, body=reply.body.replace(NOWHERE.encode(), request.origin.encode()))

    def _provider(self, request: Request) -> Reply | None:
        if not self.provider.is_api(request):
            return self.provider.page(request)
        self.calls += 1
        return self.provider.api(request)

    def advance(self, seconds: int) -> None:
        """Put the clock forward, day by day, and let happen what is due at the provider and in the product."""
        with self.world.held():
            goal = self.world.now + seconds
        while self.world.now < goal:
            with self.world.held():
                self._advance_to(min(goal, self.world.now + DAY))
            self._each_day()

    def sleep(self, seconds: int) -> None:
        """Put only the provider's clock forward: the product has slept, and no webhook has come."""
        with self.world.held():
            self._advance_to(self.world.now + seconds)

    def _advance_to(self, moment: int) -> None:
        while (due := self.provider.next_due()) is not None and due.at <= moment:
            self.world.set_clock(due.at)
            due.happen()
        self.world.set_clock(moment)

    def fail(self, kind: str, **how: object) -> None:
        """Let the provider's next answers be wrong; see ApiFault."""
        with self._fault_lock:
            self._fault = ApiFault(kind, **how)  # type: ignore[arg-type]

    def recover(self) -> None:
        """Let the provider's answers be right again."""
        with self._fault_lock:
            self._fault = None

    def take_fault(self, request: Request) -> ApiFault | None:
        """The fault of this request, if one was asked for."""
        with self._fault_lock:
            fault = self._fault
            if fault is None or not self.provider.is_api(request) or fault.method not in ("", request.method):
                return None
            self._fault = replace(fault, times=fault.times - 1) if fault.times > 1 else None
            return fault
