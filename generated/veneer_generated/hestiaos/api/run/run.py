# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Run a command through governance

POST /api/v1/run

Answers when the run has ended. A run that governance blocks is refused with 403, or answered with
the result BLOCK and no output.

Args:
    body (RunRequest): What to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.run_request import RunRequest
    from ...models.run_response import RunResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "run",
    "method": "post",
    "path": "/api/v1/run",
    "security": ["bearer", []],
    "safe": False,
    "accept": "application/json",
    "errors": {"403": "GovernanceBlock", "422": "HTTPValidationError", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: RunRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/run",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> RunResponse | None:
    if 200 <= response.status_code <= 299:
        return models.RunResponse.from_dict(response.json())

    return None
