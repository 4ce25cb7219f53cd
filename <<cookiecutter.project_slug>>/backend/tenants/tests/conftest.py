"""What the tests of tenants share."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest


@pytest.fixture
def records(settings):
    """The TXT records that DNS knows: name -> values. None for a name: the server fails."""
    table: dict[str, list[str] | None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        settings.DNS_SERVERS = [f"127.0.0.1:{server.getsockname()[1]}"]
        thread = threading.Thread(target=_serve, args=(server, table))
        thread.start()
        yield table
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"", server.getsockname())
        thread.join()


def _serve(server, table) -> None:
    while True:
        data, client = server.recvfrom(4096)
        if not data:
            return
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name = query.question[0].name
        texts = table.get(name.to_text().rstrip("."), [])
        if texts is None:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), client)
