"""Free ports on this machine."""

import socket


def is_free(port: int) -> bool:
    """True when nothing listens on the port, on IPv4 or IPv6, and we could."""
    return not _answers("127.0.0.1", port) and not _answers("::1", port) and _can_bind(port)


def first_free(wanted: int, taken: set[int] | None = None) -> int:
    """The wanted port, or the next one above it that is free and not in `taken`."""
    for port in range(wanted, 65536):
        if port not in (taken or ()) and is_free(port):
            return port
    raise OSError(f"no free port from {wanted} up")


def any_free() -> int:
    """A port that the system chooses; for throw-away services, which must not meet each other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
