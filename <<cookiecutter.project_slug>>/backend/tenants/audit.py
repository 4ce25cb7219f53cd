"""The audit of the live database when a process starts to serve."""

import logging

from django.db import DatabaseError, connection

from .isolation.audit import findings

logger = logging.getLogger(__name__)


def report() -> None:
    """Log what the audit finds, as errors.

    It stops nobody: during a deployment the process that starts may be older than the tables it meets, and a database
    that is away for a moment is not this function's to complain about. `manage.py check_isolation` has an exit code.
    """
    try:
        for finding in findings():
            logger.error("Tenants are not kept apart: %s", finding)
    except DatabaseError:
        logger.exception("Whether tenants are kept apart could not be checked")
    finally:
        connection.close()  # a server that forks must not share it with its children
