# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Invoke another service

POST /services/invoke

Calls another service of the project and answers what it answered.

Args:
    body (InvokeRequest): A call to another service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.invoke_request import InvokeRequest
    from ...models.invoke_result import InvokeResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "services_invoke",
    "method": "post",
    "path": "/services/invoke",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: InvokeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/services/invoke",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> InvokeResult | None:
    if 200 <= response.status_code <= 299:
        return models.InvokeResult.from_dict(response.json())

    return None
