"""Following jobs."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from tenants.access import reading

from . import selectors
from .models import Job
from .permissions import READ
from .serializers import JobSerializer

RETRY_AFTER = "1"
"""Seconds until it is worth asking again."""

RETRY_AFTER_HEADER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[200, 202], description="Seconds; only until the job ends."
)
LOCATION_HEADER = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[202], description="Where to ask how far the job is."
)


def accepted(job: Job, route: str = "job-detail") -> Response:
    """The answer to a request that started a job: 202, with the address to ask how far it is."""
    headers = {"Location": reverse(route, args=[job.pk]), "Retry-After": RETRY_AFTER}
    return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED, headers=headers)


def state_of(job: Job) -> Response:
    """How far the job is; as long as it has not ended, `Retry-After` says when to ask again."""
    headers = {} if job.has_ended else {"Retry-After": RETRY_AFTER}
    return Response(JobSerializer(job).data, headers=headers)


@extend_schema_view(
    list=extend_schema(summary="List jobs", tags=["jobs"]),
    retrieve=extend_schema(
        summary="See how far a job is",
        description="Ask again after `Retry-After` seconds; the header is missing once the job has ended.",
        parameters=[RETRY_AFTER_HEADER],
        tags=["jobs"],
    ),
)
class JobViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Job]):
    """The tenant's jobs, the newest first."""

    required = reading(READ)
    queryset = selectors.jobs()
    serializer_class = JobSerializer
    lookup_value_converter = "uuid"

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One job."""
        return state_of(self.get_object())
