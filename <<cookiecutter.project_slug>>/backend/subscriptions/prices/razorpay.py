"""What the plans cost. A change here makes a new price at the provider; whoever subscribed before keeps the old one."""

CURRENCY = "inr"
"""ISO 4217, in lower case."""
PER_SEAT = {
    "starter": (299_00, 2_990_00),
    "team": (699_00, 6_990_00),
    "business": (1_299_00, 12_990_00),
}
"""By the key of a plan, what one seat costs in a month and in a year: in paise."""
