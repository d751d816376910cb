# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Index a document

POST /ai/search/ingest

Embeds the text and keeps it with its type and metadata.

Args:
    body (SearchIngestRequest): A document to index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_ingest_request import SearchIngestRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_ingest",
    "method": "post",
    "path": "/ai/search/ingest",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchIngestRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/ingest",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
