# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Execute SQL queries

POST /db/batch

Runs up to 25 statements.

Args:
    body (DbBatchRequest): Statements to run together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.db_batch_request import DbBatchRequest
    from ...models.db_batch_result import DbBatchResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "db_batch",
    "method": "post",
    "path": "/db/batch",
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
    body: DbBatchRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/db/batch",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> DbBatchResult | None:
    if 200 <= response.status_code <= 299:
        return models.DbBatchResult.from_dict(response.json())

    return None
