# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Search by meaning

POST /ai/search/query

Answers the documents nearest in meaning to a text.

Args:
    body (SearchQueryRequest): What to look for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_query_request import SearchQueryRequest
    from ...models.search_query_result import SearchQueryResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_query",
    "method": "post",
    "path": "/ai/search/query",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchQueryRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/query",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SearchQueryResult | None:
    if 200 <= response.status_code <= 299:
        return models.SearchQueryResult.from_dict(response.json())

    return None
