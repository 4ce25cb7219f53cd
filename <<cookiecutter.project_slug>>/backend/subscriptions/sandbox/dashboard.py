"""The sandbox's own page: its clock, what goes wrong, and what has happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .delivery import FAULTS
from .http import Reply, Request, page, redirect
from .world import Thing

if TYPE_CHECKING:
    from .app import Sandbox

DAY = 86_400
SHOWN = 100
"""How many events are listed."""


class Dashboard:
    """What a developer sees at the sandbox's address."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def reply(self, request: Request) -> Reply:
        """The page, or what one of its buttons does."""
        if request.method == "POST":
            self._do(request.parts, request.form)
            return redirect("/")
        if request.parts:
            return Reply(404, b"There is nothing here.", {"Content-Type": "text/plain"})
        return self._page()

    def _page(self) -> Reply:
        world = self.sandbox.world
        with world.held():
            events = [_shown(event) for event in reversed(world.events[-SHOWN:])]
            return page(
                "dashboard.html",
                provider=self.sandbox.provider.name,
                now=datetime.fromtimestamp(world.now, UTC),
                next_due=self._next_due(),
                faults=[(name, text, world.settings.get(name)) for name, text in FAULTS.items()],
                final_failure=world.settings.get("final_failure", "unpaid"),
                events=events,
                url=self.sandbox.delivery.url,
            )

    def _next_due(self) -> datetime | None:
        due = self.sandbox.provider.next_due()
        return datetime.fromtimestamp(due.at, UTC) if due else None

    def _do(self, parts: list[str], form: dict[str, str]) -> None:
        match parts:
            case ["clock"]:
                self.sandbox.advance(self._seconds(form.get("by", "")))
            case ["settings"]:
                with self.sandbox.world.held():
                    self.sandbox.world.settings.update({name: name in form for name in FAULTS})
                    self.sandbox.world.settings["final_failure"] = form.get("final_failure", "unpaid")
            case ["replay"]:
                self._replay(int(form.get("last") or 1))
            case ["replay", name]:
                self._replay_one(name)

    def _seconds(self, by: str) -> int:
        if by == "due":
            due = self._next_due()
            return max(0, int(due.timestamp()) - self.sandbox.world.now + 1) if due else 0
        return {"day": DAY, "month": 30 * DAY}.get(by, 0)

    def _replay(self, number: int) -> None:
        for event in self.sandbox.world.events[-number:]:
            self.sandbox.delivery.post(event)

    def _replay_one(self, name: str) -> None:
        for event in self.sandbox.world.events:
            if event["id"] == name:
                self.sandbox.delivery.post(event)


def _shown(event: Thing) -> Thing:
    at = datetime.fromtimestamp(event["created"], UTC)
    return event | {"at": at, "body": json.dumps(json.loads(event["body"]), indent=2)}
