"""A piece of work that goes on after the request that asked for it, as people see it."""

from django.db import models

from core.ids import uuid7
from members.models import Member
from tenants.isolation.models import TenantAwareModel, TenantIndex


class Status(models.TextChoices):
    """Where a job is. It moves downwards only."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Job(TenantAwareModel):
    """The truth about a piece of work; what the broker knows is a reminder to do it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=50)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress_current = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(null=True)
    progress_message = models.CharField(max_length=200, blank=True)
    progress_at = models.DateTimeField(null=True)
    checkpoint = models.JSONField(default=dict)
    """What a worker needs to go on where another one stopped; it means something to the job's own task alone."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often a worker has begun since the last step that was done; more than a few, and the job kills workers."""
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [TenantIndex(fields=("created_at", "id"), name="job_created_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def has_ended(self) -> bool:
        """Nothing changes any more."""
        return self.status in (Status.SUCCEEDED, Status.FAILED)


class Upload(TenantAwareModel):
    """The file that a job works on, kept like every other row of the tenant. Goes when the job has succeeded."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name
