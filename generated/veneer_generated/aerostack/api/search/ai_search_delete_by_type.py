# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Delete all documents of a type

POST /ai/search/deleteByType

Takes every document of one type out of the index.

Args:
    body (SearchTypeRequest): A kind of document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_type_request import SearchTypeRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_delete_by_type",
    "method": "post",
    "path": "/ai/search/deleteByType",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchTypeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/deleteByType",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
