# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Explain a decision

POST /api/governance/explain

Answers what governance would decide on a command, and why.

Args:
    body (ExplainRequest): A command to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import httpx

    from ...models.explain_request import ExplainRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "governance_explain",
    "method": "post",
    "path": "/api/governance/explain",
    "security": ["bearer", []],
    "safe": False,
    "accept": "application/json",
    "errors": {"422": "HTTPValidationError", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: ExplainRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/governance/explain",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> dict[str, Any] | None:
    if 200 <= response.status_code <= 299:
        return cast("dict[str, Any]", response.json())

    return None
