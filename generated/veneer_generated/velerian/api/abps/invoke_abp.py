# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Invoke Abp

POST /api/v2/abps/{abp_id}/invoke

Run a deployed ABP under governance and answer its verdict. Scope runs:write.

Args:
    abp_id (str): The ABP.
    body (AbpsInvokeRequest): What an ABP is invoked with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.abps_invoke_request import AbpsInvokeRequest
    from ...models.abps_invoke_response import AbpsInvokeResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "invoke_abp_api_v2_abps__abp_id__invoke_post",
    "method": "post",
    "path": "/api/v2/abps/{abp_id}/invoke",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
        "409": "ErrorResponse",
    },
}


def _get_kwargs(
    abp_id: str,
    *,
    body: AbpsInvokeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v2/abps/{quote(str(abp_id))}/invoke",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AbpsInvokeResponse | None:
    if 200 <= response.status_code <= 299:
        return models.AbpsInvokeResponse.from_dict(response.json())

    return None
