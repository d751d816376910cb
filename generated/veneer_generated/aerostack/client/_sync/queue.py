# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import PAGE_OPTIONS, take_page_options, with_options

if TYPE_CHECKING:
    from veneer.speakeasy import CallOptions, PageCallOptions, Retries
    from veneer_generated.aerostack.client.params import (
        EnqueueRequestParam,
        JobListRequestParam,
        JobRequestParam,
    )
    from veneer_generated.aerostack.models import (
        CancelJobResult,
        EnqueueRequest,
        EnqueueResult,
        Job,
        JobListRequest,
        JobListResult,
        JobRequest,
        JobResult,
    )


class Queue(veneer.MethodGroup):
    """Jobs."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def queue_enqueue(
        self,
        request: EnqueueRequest | EnqueueRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> EnqueueResult:
        """Add job to queue.

        Queues a job, to start at once or after a delay.

        POST /queue/enqueue

        Args:
            request: A job.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.queue import queue_enqueue as _operation

        _body = as_model(models.EnqueueRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def queue_get_job(
        self, request: JobRequest | JobRequestParam, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> JobResult:
        """Get a job.

        Answers a job by its id; one that does not exist is no error.

        POST /queue/job

        Args:
            request: A job.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.queue import queue_get_job as _operation

        _body = as_model(models.JobRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def queue_cancel_job(
        self, request: JobRequest | JobRequestParam, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> CancelJobResult:
        """Cancel a job.

        Cancels a job that has not ended.

        POST /queue/cancel

        Args:
            request: A job.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.queue import queue_cancel_job as _operation

        _body = as_model(models.JobRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def queue_list_jobs(
        self,
        request: JobListRequest | JobListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> JobListResult:
        """List jobs.

        Answers a page of jobs.

        POST /queue/jobs

        Args:
            request: Which page of jobs.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.queue import queue_list_jobs as _operation

        _body = as_model(models.JobListRequest, {} if request is None else request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    @veneer.check_keywords(*PAGE_OPTIONS)
    def queue_list_jobs_iter(
        self,
        request: JobListRequest | JobListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[PageCallOptions],
    ) -> veneer.Pager[Job]:
        """List jobs.

        Iterates over the rows of all pages; page options are those of `paginate`.

        Answers a page of jobs.

        POST /queue/jobs

        Args:
            request: Which page of jobs.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.queue import queue_list_jobs as _operation

        _body = as_model(models.JobListRequest, {} if request is None else request)

        _page_options = take_page_options(options)
        _bound = veneer.bind(_operation, body=_body)
        return with_options(self._client, retries, options).paginate(_bound, **_page_options)
