"""What tenants have outside of the scratch database."""


def remove_places() -> None:
    """Remove it: there is nothing."""
