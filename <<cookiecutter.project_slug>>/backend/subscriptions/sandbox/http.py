"""Requests and replies, as far as a small server needs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.template.loader import render_to_string


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]
    """By their names in lower case."""
    origin: str
    """Where the sandbox is: http://127.0.0.1:PORT."""

    @property
    def parts(self) -> list[str]:
        """The path's names: ["v1", "customers", "cus_1"]."""
        return [part for part in self.path.split("/") if part]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What a form has sent or, in a GET, the query says."""
        text = self.query if self.method in ("GET", "DELETE") and not self.body else self.body.decode()
        return parse_qsl(text, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        """The same where no name comes twice."""
        return dict(self.pairs)


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply in JSON."""
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def page(template: str, **values: Any) -> Reply:
    """A page for people, from `templates/sandbox/`."""
    html = render_to_string(f"sandbox/{template}", values)
    return Reply(200, html.encode(), {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"})


def redirect(url: str) -> Reply:
    """Leads the browser on, with a GET."""
    return Reply(303, b"", {"Location": url})
