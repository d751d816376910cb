# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Get Invocation Evidence

GET /api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence

Export the evidence of one invocation. Scope evidence:read.

Args:
    abp_id (str): The ABP.
    invocation_id (str): The invocation.
    format_ (None | str | Unset): The format of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset, quote

if TYPE_CHECKING:
    import httpx

    from ...models.export_response import ExportResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_invocation_evidence_api_v2_abps__abp_id__invocations__invocation_id__evidence_get",
    "method": "get",
    "path": "/api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
    },
    "arguments": {"format_": "format"},
}


def _get_kwargs(
    abp_id: str,
    invocation_id: str,
    *,
    format_: None | str | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if format_ is not UNSET and format_ is not None:
        params["format"] = format_

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v2/abps/{quote(str(abp_id))}/invocations/{quote(str(invocation_id))}/evidence",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ExportResponse | None:
    if 200 <= response.status_code <= 299:
        return models.ExportResponse.from_dict(response.json())

    return None
