"""What is particular to Velerian: its errors, its results, its API prefix.

    VelerianError                  anything that a Velerian call raises
    ├── VelerianAPIError           the server answered with an error; `status_code`, `detail`, `retry_after`
    │   ├── VelerianAuthError          401
    │   ├── VelerianForbiddenError     403
    │   ├── VelerianNotFoundError      404
    │   ├── VelerianConflictError      409
    │   ├── VelerianValidationError    422
    │   ├── VelerianRateLimitError     429
    │   └── VelerianServerError        5xx
    └── VelerianRunTimeoutError    a run did not end in time; it goes on and is billed

Each is the library's own error of the same meaning too; a lost connection is a VelerianError and a `veneer.ConnectError`.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from veneer._core.auth import BEARER
from veneer._core.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnprocessableError,
    VeneerError,
    WaitTimeoutError,
    join,
)
from veneer._core.platform import Platform, Problem, describe
from veneer._platforms import Result

__all__ = [
    "ENDED",
    "PLATFORM",
    "AttachmentUpload",
    "EvidenceExport",
    "InvokeResult",
    "NetworkRun",
    "NewApiKey",
    "Page",
    "UsageSummary",
    "VelerianAPIError",
    "VelerianAuthError",
    "VelerianConflictError",
    "VelerianError",
    "VelerianForbiddenError",
    "VelerianNotFoundError",
    "VelerianRateLimitError",
    "VelerianRunTimeoutError",
    "VelerianServerError",
    "VelerianValidationError",
    "described",
    "run_timeout_error",
]

T = TypeVar("T")

ENDED = frozenset({"succeeded", "failed", "blocked"})
"""Statuses in which a run stays; a block is a verdict, not a failure to decide."""


def _route(path: str) -> str:
    """Put a bare path under /api/v2; a path from the root (`/api/…`) and an absolute URL stay as they are."""
    return path if path.startswith("/") or "://" in path else f"/api/v2/{path}"


# -- errors --------------------------------------------------------------------------------------------------------


class VelerianError(VeneerError):
    """Anything that a Velerian call raises."""


class VelerianAPIError(VelerianError, APIError):
    """The server answered with an error: `status_code`, `detail` (text, or the list of what does not fit), `retry_after` (seconds)."""


class VelerianAuthError(VelerianAPIError, AuthenticationError):
    """401: the key is missing, not valid, expired or revoked."""


class VelerianForbiddenError(VelerianAPIError, PermissionDeniedError):
    """403: the key lacks a scope; `detail` says which."""


class VelerianNotFoundError(VelerianAPIError, NotFoundError):
    """404: there is no such thing, or it is not visible to this tenant."""


class VelerianConflictError(VelerianAPIError, ConflictError):
    """409: the state does not allow it; an ABP that is not deployed cannot be invoked."""


class VelerianValidationError(VelerianAPIError, UnprocessableError):
    """422: the request does not fit the schema; `detail` lists the places."""


class VelerianRateLimitError(VelerianAPIError, RateLimitError):
    """429: too many requests; `retry_after` in seconds where the server said so."""


class VelerianServerError(VelerianAPIError, ServerError):
    """5xx: the platform failed, or its gateway gave up (504 after 180 s: the request may still be running)."""


class VelerianRunTimeoutError(VelerianError, WaitTimeoutError):
    """A run did not end in time. It goes on and is billed: `await_run(error.run_id)` collects it.

    `status` is the last one seen (None if none was), `waited_s` the seconds waited.
    """

    run_id: str = ""
    status: str | None = None


def run_timeout_error(run_id: str, status: str | None, waited_s: float) -> VelerianRunTimeoutError:
    """Make the error for a run that was last seen with `status`."""
    error = VelerianRunTimeoutError(
        f"run {run_id} was {status or 'not heard of'} after {waited_s:.3g} s; it goes on and is billed: await_run({run_id!r}) collects it",
        operation="get_pack_run",
    )
    error.run_id, error.status, error.waited_s = run_id, status, waited_s
    return error


def _describe(payload: Any) -> Problem:
    """Read FastAPI's `{"detail": text | [{loc, msg, type}]}`; what stands in front of the platform has other shapes."""
    detail = payload.get("detail") if isinstance(payload, Mapping) else None
    if isinstance(detail, list):
        return Problem(message="; ".join(_place(problem) for problem in detail), detail=detail)
    return describe(payload)


def _place(problem: Any) -> str:
    if not isinstance(problem, Mapping):
        return str(problem)
    where = problem.get("loc")
    path = ".".join(map(str, where)) if isinstance(where, Sequence) and not isinstance(where, str) else where
    return f"{path}: {problem.get('msg')}"


# -- results -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InvokeResult(Result):
    """The verdict of governance on an invocation, and where its evidence is; `raw` is the answer as sent.

    `outcome` is the verdict in the platform's words, `is_allowed` whether `output` may be used, `requires_human` whether it is held for `approval_id`, `withheld` whether the output was kept
    back, `model_error` what the model said when it failed.
    """

    invocation_id: str
    outcome: str
    is_allowed: bool
    requires_human: bool
    withheld: bool
    constraint_count: int = 0
    aggregated_conditions: list[Any] = field(default_factory=list)
    output: dict[str, Any] | None = None
    approval_id: str | None = None
    evidence_pack_id: str | None = None
    evidence_pack_s3_key: str | None = None
    evidence_pack_chain_hash: str | None = None
    model_error: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceExport(Result):
    """An export of evidence: `download_url` works until `expires_at`; `raw` is the answer as sent.

    `delivery` is presigned (a link to storage on another origin, which carries its own permission: hidden in the repr) or stream (a path of the API). `client.download_export` knows both.
    """

    export_id: str
    artifact_kind: str
    format: str
    s3_key: str
    download_url: str = field(repr=False)
    expires_at: datetime
    delivery: str = "presigned"
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class UsageSummary(Result):
    """What a tenant used, as of a moment; `evidence_packs` is one page of them (`iter_evidence_packs` gives all), `raw` the answer as sent."""

    tenant_id: str
    as_of: datetime
    governed_runs: dict[str, Any] = field(default_factory=dict)
    evidence_packs: list[dict[str, Any]] = field(default_factory=list)
    adoption: dict[str, Any] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NetworkRun(Result):
    """A run of a network: queued, running, succeeded, failed or blocked; `raw` is the row as sent.

    `run_url` is the page for people, `slug` the network; both are None for a run that was not started by this call. `evidence_download_url` is presigned: `client.download_url` writes it to a file.
    """

    run_id: str
    status: str
    slug: str | None = None
    run_url: str | None = None
    output_text: str | None = None
    governance_pass: bool | None = None
    governance_reasons: list[str] = field(default_factory=list)
    model_id: str | None = None
    evidence_download_url: str | None = field(default=None, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ended(self) -> bool:
        """Whether the run stays as it is: succeeded, failed or blocked."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class NewApiKey(Result):
    """A new API key. `secret` is hidden in the repr, and the platform never shows it again."""

    id: str
    name: str
    scopes: list[str]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AttachmentUpload(Result):
    """Where an attachment's bytes go: `upload_url` is presigned, and hidden in the repr."""

    attachment_id: str
    upload_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page(Result, Generic[T]):
    """One page of a list: rows, `limit` and `offset` as the server used them, `total` where it counts. Has a length and iterates its rows."""

    items: list[T]
    limit: int
    offset: int
    total: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)


def described(source: Any, filename: str | None, content_type: str | None) -> tuple[str, str]:
    """Give name and media type of an upload: as given, else by the path or the file's own name.

    Raises ConfigurationError where there is no name to go by.
    """
    own = source if isinstance(source, (str, os.PathLike)) else getattr(source, "name", None)
    name = filename or (os.path.basename(os.fspath(own)) if isinstance(own, (str, os.PathLike)) else "")  # noqa: PTH119  # any PathLike
    if not isinstance(name, str) or not name:
        raise ConfigurationError("pass filename=: this source has no name of its own")
    return name, content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"


class _Velerian(Platform):
    """Every answer that is not a success is a VelerianAPIError, a redirect that is not followed too."""

    __slots__ = ()

    def kind(self, kind: type[VeneerError]) -> type[VeneerError]:
        """The class for one of the core's errors, in the platform's family."""
        return join(VelerianAPIError if issubclass(kind, APIError) else self.family, kind)


PLATFORM = _Velerian(
    name="velerian",
    base_url="https://app.velerian.ai",
    env_base_url="VELERIAN_BASE_URL",
    env_api_key="VELERIAN_API_KEY",
    schemes={"bearer": BEARER},
    key_required=True,
    family=VelerianError,
    by_status={
        400: cast("type[APIError]", join(VelerianAPIError, BadRequestError)),
        401: VelerianAuthError,
        403: VelerianForbiddenError,
        404: VelerianNotFoundError,
        409: VelerianConflictError,
        422: VelerianValidationError,
        429: VelerianRateLimitError,
        4: VelerianAPIError,
        5: VelerianServerError,
    },
    describe=_describe,
    route=_route,
)
