"""What the plans cost. A change here makes a new price at the provider; whoever subscribed before keeps the old one."""

CURRENCY = "usd"
"""ISO 4217, in lower case."""
PER_SEAT = {
    "starter": (9_00, 90_00),
    "team": (19_00, 190_00),
    "business": (39_00, 390_00),
}
"""By the key of a plan, what one seat costs in a month and in a year: in cents."""
