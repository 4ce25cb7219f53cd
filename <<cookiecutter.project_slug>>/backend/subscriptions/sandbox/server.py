"""An HTTP server for one sandbox, on this machine alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from .http import Reply, Request

if TYPE_CHECKING:
    from .app import Sandbox

HOST = "127.0.0.1"
SILENCE = 15
"""Seconds for which the fault `nothing` gives no answer: longer than any client of ours waits."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the dashboard shows what happens."""

    def address_string(self) -> str:
        return str(self.client_address[0])


def serve(sandbox: Sandbox, port: int = 0) -> WSGIServer:
    """Answer from now on, in threads; with port 0 on one that is free. `shutdown` and `server_close` end it."""
    server = make_server(HOST, port, _application(sandbox), server_class=_Server, handler_class=_Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True).start()
    return server


def _application(sandbox: Sandbox) -> Any:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            reply = _at_fault(sandbox, _request(environ))
        except Exception as error:
            sandbox.errors.append(error)
            raise
        headers = [*reply.headers.items(), ("Content-Length", str(len(reply.body)))]
        start_response(f"{reply.status} -", headers)
        return [reply.body]

    return application


def _request(environ: dict[str, Any]) -> Request:
    headers = {
        re.sub("^http_", "", name.lower()).replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(("HTTP_", "CONTENT_"))
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=environ.get("QUERY_STRING", ""),
        body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        headers=headers,
        origin=f"http://{environ['HTTP_HOST']}",
    )


def _at_fault(sandbox: Sandbox, request: Request) -> Reply:
    """The reply, or what the fault that was asked for makes of it. With `late` all is done before it goes wrong."""
    fault = sandbox.take_fault(request)
    if fault is None:
        return sandbox.reply(request)
    if fault.late:
        sandbox.reply(request)
    if fault.kind == "nothing":
        time.sleep(fault.seconds)
        return Reply(504)
    return _FAULTY[fault.kind]


_FAULTY = {
    "error": Reply(500, b'{"error": {"message": "Something went wrong."}}', {"Content-Type": "application/json"}),
    "limit": Reply(429, b'{"error": {"message": "Too many requests."}}', {"Content-Type": "application/json"}),
    "garbage": Reply(200, b"<html>A proxy's page", {"Content-Type": "text/html"}),
}
