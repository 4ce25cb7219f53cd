"""Tasks for the worker of test_canvas.py: each leaves a job of its tenant's behind."""

from celery import shared_task

from jobs.models import Job


@shared_task
def note(step):
    Job.objects.create(kind=step)
    return step


@shared_task
def gather(steps):
    Job.objects.create(kind=" and ".join(sorted(steps)))


@shared_task(bind=True)
def note_at_the_second_try(self, step):
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    Job.objects.create(kind=step)


@shared_task
def fail():
    raise ZeroDivisionError


@shared_task
def note_failure(request, error, traceback):
    Job.objects.create(kind=f"failed: {type(error).__name__}")
