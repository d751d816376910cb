# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Execute SQL query

POST /db/query

Runs one statement, which may write.

Args:
    body (DbQueryRequest): A statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.db_query_request import DbQueryRequest
    from ...models.db_query_result import DbQueryResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "db_query",
    "method": "post",
    "path": "/db/query",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorResponse",
        "401": "ErrorResponse",
        "429": "ErrorResponse",
        "500": "ErrorResponse",
        "default": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: DbQueryRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/db/query",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> DbQueryResult | None:
    if 200 <= response.status_code <= 299:
        return models.DbQueryResult.from_dict(response.json())

    return None
