"""What a worker does about answers."""

from celery import shared_task

from . import services


@shared_task
def forget_old() -> int:
    """Forget old answers of the tenant, and say how many that were."""
    return services.forget_old()
