# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Run a command and stream its events

POST /api/v1/run/stream

Each event is a JSON object with a type: start, then any of token, delta and tool_call, then final
or error, then done. Servers send comments as heartbeats, empty lines, JSON over several data lines,
and on some routes a closing `[DONE]`.

Args:
    body (RunRequest): What to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

    from ...models.run_request import RunRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "run_stream",
    "method": "post",
    "path": "/api/v1/run/stream",
    "security": ["bearer", []],
    "safe": False,
    "stream": {
        "kind": "text/event-stream",
        "request": {"options": {"stream": True}},
        "terminator": "done",
        "type_field": "type",
        "sentinel": "[DONE]",
        "order": "start (token|delta|tool_call)* (final|error) done",
        "item": "StreamEvent",
    },
    "accept": "text/event-stream",
    "errors": {"403": "GovernanceBlock", "422": "HTTPValidationError", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: RunRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/run/stream",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
