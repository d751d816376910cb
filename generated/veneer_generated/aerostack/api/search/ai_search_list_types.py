# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""List the types of documents

GET /ai/search/listTypes

Answers every type in the index with its number of documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_types_result import SearchTypesResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_list_types",
    "method": "get",
    "path": "/ai/search/listTypes",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ai/search/listTypes",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SearchTypesResult | None:
    if 200 <= response.status_code <= 299:
        return models.SearchTypesResult.from_dict(response.json())

    return None
