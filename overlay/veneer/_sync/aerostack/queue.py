# Derived from overlay/veneer/_async/aerostack/queue.py by scripts/unasync.py: edit that file, not this one.
"""Aerostack's queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from veneer._core.call import check_keywords
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer._sync.aerostack.client import Namespace
from veneer_generated.aerostack.api.queue import (
    queue_cancel_job,
    queue_enqueue,
    queue_get_job,
    queue_list_jobs,
)
from veneer_generated.aerostack.models.cancel_job_result import CancelJobResult
from veneer_generated.aerostack.models.enqueue_request import EnqueueRequest
from veneer_generated.aerostack.models.enqueue_result import EnqueueResult
from veneer_generated.aerostack.models.job import Job
from veneer_generated.aerostack.models.job_list_request import JobListRequest
from veneer_generated.aerostack.models.job_list_result import JobListResult
from veneer_generated.aerostack.models.job_request import JobRequest
from veneer_generated.aerostack.models.job_result import JobResult

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import EnqueueRequestDict, JobListRequestDict, JobRequestDict
    from veneer._sync.pager import Pager

__all__ = ["Queue"]


class Queue(Namespace):
    """`sdk.queue`: jobs."""

    def queue_enqueue(
        self,
        request: EnqueueRequest | EnqueueRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> EnqueueResult:
        """Queue a job, to start in `delay` seconds: POST /queue/enqueue."""
        return self._view(retries, options).call(queue_enqueue, body=body(EnqueueRequest, request))

    def queue_get_job(
        self, request: JobRequest | JobRequestDict, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> JobResult:
        """Get a job; `exists` says whether there is one: POST /queue/job."""
        return self._view(retries, options).call(queue_get_job, body=body(JobRequest, request))

    def queue_cancel_job(
        self, request: JobRequest | JobRequestDict, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> CancelJobResult:
        """Cancel a job that has not started; `note` says why not: POST /queue/cancel."""
        return self._view(retries, options).call(queue_cancel_job, body=body(JobRequest, request))

    def queue_list_jobs(
        self,
        request: JobListRequest | JobListRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> JobListResult:
        """Get a page of jobs: POST /queue/jobs."""
        return self._view(retries, options).call(queue_list_jobs, body=body(JobListRequest, request))

    @check_keywords(*OPTIONS)
    def queue_list_jobs_iter(
        self,
        request: JobListRequest | JobListRequestDict | None = None,
        retries: Retries = None,
        *,
        resume_from: Mapping[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> Pager[Job]:
        """Iterate all jobs, as they stood when their page was asked for, page by page: POST /queue/jobs.

        `limit` is the size of a page; `resume_from` is the `state` of an earlier iterator. Raises PaginationLoopError where the server repeats a cursor.
        """
        return self._view(retries, options).paginate(
            queue_list_jobs, body=body(JobListRequest, request), resume_from=resume_from
        )
