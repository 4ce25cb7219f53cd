"""Row-Level Security and the tenant in each message."""
