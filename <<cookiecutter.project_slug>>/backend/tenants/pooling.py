"""Fewer connections than threads: a pool in each process, where DATABASE_POOL_SIZE asks for one."""

from typing import Any

import environ

_env = environ.Env()

TIMEOUT = 10
"""Seconds that a request waits for a connection: it should fail with a word about that before a proxy gives up."""


def pooled(connection: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Django's settings of a connection, with a pool of DATABASE_POOL_SIZE connections unless that is 0 or not set.

    A thread has a connection for the time of a request or task. `options` are further ones of psycopg_pool's.
    """
    size = _env.int("DATABASE_POOL_SIZE", default=0)
    if not size:
        return connection
    pool = {"min_size": 0, "max_size": size, "timeout": TIMEOUT, **options}
    return {**connection, "CONN_MAX_AGE": 0, "OPTIONS": {**connection.get("OPTIONS", {}), "pool": pool}}
