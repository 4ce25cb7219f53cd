"""Webhooks: really signed and posted, again and again until they are taken, and with the faults that were asked for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread

import requests

from .world import Thing, World

BACKOFF = (2, 5, 15, 60, 300)
"""Seconds until an event that was not taken is sent again; after the last it has failed."""
DELAY = 10
"""Seconds by which the fault `delay` holds events back."""
FAULTS = {
    "drop": "Events are never sent",
    "duplicate": "Events are sent twice",
    "reorder": "Events overtake each other",
    "delay": f"Events come {DELAY} seconds late",
    "down": "The endpoint is down",
}
"""What can go wrong with webhooks, for people."""

Sign = Callable[[Thing], tuple[bytes, Mapping[str, str]]]
"""The body and headers of a delivery."""


class Delivery:
    """Posts what has happened to one address."""

    def __init__(self, world: World, url: str, sign: Sign) -> None:
        self.world = world
        self.url = url
        self.sign = sign
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Deliver from now on, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(0.1):
            self.deliver_due()

    def deliver_due(self) -> None:
        """Send each event that is due, once."""
        for event in self._due():
            self._send(event)

    def _due(self) -> list[Thing]:
        moment = time.time()
        with self.world.lock:
            due = [event for event in self.world.events if event["state"] == "waiting" and event["due"] <= moment]
            if self._has("reorder"):
                random.shuffle(due)
        return due

    def _send(self, event: Thing) -> None:
        if self._has("drop"):
            return self._finish(event, "dropped")
        if self._has("delay") and not event.get("delayed"):
            return self._hold_back(event)
        for _ in range(2 if self._has("duplicate") else 1):
            self.post(event)
        return None

    def post(self, event: Thing) -> None:
        """Send one event, whatever has become of it before."""
        said = self._post(event)
        with self.world.held():
            event["attempts"].append({"at": int(time.time()), "said": said})
            tries = len(event["attempts"])
            if said.startswith("2"):
                event["state"] = "delivered"
            elif tries > len(BACKOFF):
                event["state"] = "failed"
            else:
                event["due"] = time.time() + BACKOFF[tries - 1]

    def _post(self, event: Thing) -> str:
        """What the endpoint said: its status, or why there is none."""
        if self._has("down"):
            return "endpoint down"
        body, headers = self.sign(event)
        try:
            return str(requests.post(self.url, data=body, headers=dict(headers), timeout=10).status_code)
        except requests.RequestException as error:
            return type(error).__name__

    def _finish(self, event: Thing, state: str) -> None:
        with self.world.held():
            event["state"] = state

    def _hold_back(self, event: Thing) -> None:
        with self.world.held():
            event.update(delayed=True, due=time.time() + DELAY)

    def _has(self, fault: str) -> bool:
        return bool(self.world.settings.get(fault))
