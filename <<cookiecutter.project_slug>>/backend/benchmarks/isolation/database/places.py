"""What tenants have outside of the scratch database."""

from tenants.isolation import servers
from tenants.isolation.names import template_name
from tenants.isolation.owner import execute, on_server
from tenants.isolation.provisioning import places, remove_place


def remove_places() -> None:
    """Remove their databases and roles, and the templates, whose names start with the scratch database's."""
    for name in servers.names():
        for place in places(name):
            remove_place(place, name)
        with on_server(name) as server:
            execute(server, "DROP DATABASE IF EXISTS {}", template_name())
            execute(server, "DROP ROLE IF EXISTS {}", template_name())
