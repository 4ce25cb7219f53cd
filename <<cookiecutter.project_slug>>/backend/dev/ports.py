"""Free ports on this machine.

Between choosing a port and listening on it lies a moment in which another project, starting too, could choose it as
well. So whoever chooses claims the number with a UDP socket, which is not in the way of a server (all of ours speak
TCP) and which the system closes when this process ends, however it ends.
"""

import socket
from collections.abc import Callable
from typing import TypeVar

from .console import Failure

ATTEMPTS = 3

T = TypeVar("T")


class Taken(Failure):
    """A server did not start, as another program listened on its port first."""


_claims: list[socket.socket] = []


def is_free(port: int) -> bool:
    """True when nothing listens on the port, on IPv4 or IPv6, and we could."""
    return not _answers("127.0.0.1", port) and not _answers("::1", port) and _can_bind(port)


def first_free(wanted: int) -> int:
    """The wanted port, or the next one above it, that is free and that no start has claimed, this one included."""
    for port in range(wanted, 65536):
        if is_free(port) and _claim(port):
            return port
    raise OSError(f"no free port from {wanted} up")


def any_free() -> int:
    """A port that the system chooses; for throw-away services, which must not meet each other."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if _claim(port):
            return port


def on_a_free_port(usual: int | None, start: Callable[[int], T]) -> T:
    """Start a server on its usual port, the next free one above it, or without a usual one on any.

    Even a claimed port can be lost in the last moment: the system gives any free one to a connection that goes out.
    `start` raises Taken then, and is called again with another. Raises what `start` raises.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return start(_free(usual))
        except Taken:
            continue
    return start(_free(usual))


def _free(usual: int | None) -> int:
    return first_free(usual) if usual else any_free()


def _claim(port: int) -> bool:
    claim = socket.socket(type=socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        # Connections that were closed a moment ago linger; they are no reason to move to another port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
