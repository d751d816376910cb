# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get the trace of a run

GET /api/v1/trace/{trace_id}

Answers what governance decided and why.

Args:
    trace_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.trace_response import TraceResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_trace",
    "method": "get",
    "path": "/api/v1/trace/{trace_id}",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"404": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    trace_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/trace/{quote(str(trace_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> TraceResponse | None:
    if 200 <= response.status_code <= 299:
        return models.TraceResponse.from_dict(response.json())

    return None
