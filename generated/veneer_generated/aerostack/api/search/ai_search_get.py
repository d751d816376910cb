# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get a document

POST /ai/search/get

Answers a document by its id; one that does not exist is no error.

Args:
    body (SearchDocumentRequest): A document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_document_request import SearchDocumentRequest
    from ...models.search_get_result import SearchGetResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_get",
    "method": "post",
    "path": "/ai/search/get",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchDocumentRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/get",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SearchGetResult | None:
    if 200 <= response.status_code <= 299:
        return models.SearchGetResult.from_dict(response.json())

    return None
