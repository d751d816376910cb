# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Count documents

POST /ai/search/count

Counts all documents, or those of one type.

Args:
    body (SearchCountRequest): What to count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_count_request import SearchCountRequest
    from ...models.search_count_result import SearchCountResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_count",
    "method": "post",
    "path": "/ai/search/count",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchCountRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/count",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SearchCountResult | None:
    if 200 <= response.status_code <= 299:
        return models.SearchCountResult.from_dict(response.json())

    return None
