# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Choose the embedding model

POST /ai/search/configure

Sets the model that embeds documents and queries.

Args:
    body (SearchConfigureRequest): How to index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.search_configure_request import SearchConfigureRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_search_configure",
    "method": "post",
    "path": "/ai/search/configure",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SearchConfigureRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/search/configure",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
