"""Jobs in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.openapi import ProblemSerializer

from .models import Job


class ProgressSerializer(serializers.Serializer[Job]):
    """How far a job is."""

    current = serializers.IntegerField(source="progress_current")
    total = serializers.IntegerField(source="progress_total", allow_null=True, help_text="null until it is known")
    percent = serializers.SerializerMethodField(help_text="0 to 100, null until the total is known")
    message = serializers.CharField(source="progress_message")

    def get_percent(self, job: Job) -> int | None:
        """Whole percent, 100 only when everything is done."""
        if job.progress_total is None:
            return None
        return job.progress_current * 100 // job.progress_total if job.progress_total else 100


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job, as its owner may see it."""

    progress = ProgressSerializer(source="*", read_only=True)
    result = serializers.SerializerMethodField(help_text="What the job gives back; its form depends on `kind`.")
    error = serializers.SerializerMethodField(help_text="Why the job failed.")

    class Meta:
        model = Job
        fields = ["id", "kind", "status", "progress", "result", "error", "created_at", "started_at", "finished_at"]
        read_only_fields = fields

    def get_result(self, job: Job) -> dict[str, Any] | None:
        return job.result

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_error(self, job: Job) -> dict[str, Any] | None:
        return job.error
