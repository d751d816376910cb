"""Velerian's facts: its API prefix, the classes of its errors."""

from __future__ import annotations

import mimetypes
import os
from typing import Any, cast

from veneer._core.auth import BEARER
from veneer._core.errors import APIError, BadRequestError, ConfigurationError, combine_types
from veneer._core.platform import Platform
from veneer.velerian.errors import (
    VelerianAPIError,
    VelerianAuthError,
    VelerianConflictError,
    VelerianError,
    VelerianForbiddenError,
    VelerianNotFoundError,
    VelerianRateLimitError,
    VelerianRunTimeoutError,
    VelerianServerError,
    VelerianValidationError,
)

__all__ = ["DEFAULT_BASE_URL", "ENDED", "PLATFORM", "run_timeout_error", "upload_metadata"]

DEFAULT_BASE_URL = "https://app.velerian.ai"
"""The platform's address, unless `base_url=` or VELERIAN_BASE_URL sets it."""

ENDED = frozenset({"succeeded", "failed", "blocked"})
"""The final statuses of a run; a block is a decision, not a failure."""


def _complete_path(path: str) -> str:
    """Return a bare path under /api/v2; a path from the root (`/api/…`) and an absolute URL unchanged."""
    if not isinstance(path, str):
        raise ConfigurationError(f"path takes text, not {type(path).__name__}")
    return path if path.startswith("/") or "://" in path else f"/api/v2/{path}"


def run_timeout_error(run_id: str, status: str | None, waited_s: float) -> VelerianRunTimeoutError:
    """Return the error for a run that was last seen with `status`."""
    error = VelerianRunTimeoutError(
        f"run {run_id} was {status or 'not heard of'} after {waited_s:.3g} s; it continues and is billed: await_run({run_id!r}) collects it",
        operation="get_pack_run",
    )
    error.run_id, error.status, error.waited_s = run_id, status, waited_s
    return error


def upload_metadata(source: Any, filename: str | None, content_type: str | None) -> tuple[str, str]:
    """Return name and media type of an upload: as given, else from the path or the file's name.

    Raises ConfigurationError without a name.
    """
    own = source if isinstance(source, (str, os.PathLike)) else getattr(source, "name", None)
    name = filename or (os.path.basename(os.fspath(own)) if isinstance(own, (str, os.PathLike)) else "")  # noqa: PTH119  # any PathLike
    if not isinstance(name, str) or not name:
        raise ConfigurationError("pass filename=: this source has no name of its own")
    return name, content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"


PLATFORM = Platform(
    name="velerian",
    base_url=DEFAULT_BASE_URL,
    env_base_url="VELERIAN_BASE_URL",
    env_api_key="VELERIAN_API_KEY",
    schemes={"bearer": BEARER},
    key_required=True,
    family=VelerianError,
    families={APIError: VelerianAPIError},  # includes a redirect that is not followed
    by_status={
        400: cast("type[APIError]", combine_types(VelerianAPIError, BadRequestError)),
        401: VelerianAuthError,
        403: VelerianForbiddenError,
        404: VelerianNotFoundError,
        409: VelerianConflictError,
        422: VelerianValidationError,
        429: VelerianRateLimitError,
        4: VelerianAPIError,
        5: VelerianServerError,
    },
    complete_path=_complete_path,
)
