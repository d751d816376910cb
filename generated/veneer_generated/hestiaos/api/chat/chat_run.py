# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Chat

POST /api/chat

Answers a message, in a session when one is given.

Args:
    body (ChatRequest): A message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.chat import Chat
    from ...models.chat_request import ChatRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "chat_run",
    "method": "post",
    "path": "/api/chat",
    "security": ["bearer", []],
    "safe": False,
    "accept": "application/json",
    "errors": {"403": "GovernanceBlock", "422": "HTTPValidationError", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: ChatRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/chat",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Chat | None:
    if 200 <= response.status_code <= 299:
        return models.Chat.from_dict(response.json())

    return None
