# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Replace a document

POST /ai/search/update

Embeds the new text in place of the old.

Args:
    body (SearchUpdateRequest): The document as it is to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_update_request import SearchUpdateRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_update",
    "method": "post",
    "path": "/ai/search/update",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchUpdateRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/update",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
