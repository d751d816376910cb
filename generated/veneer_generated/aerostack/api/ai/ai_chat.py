# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Generate AI chat completion

POST /ai/chat

Answers as one JSON document, or chunk by chunk when `stream` is true. The stream ends with the
event `[DONE]`.

Args:
    body (ChatRequest): A conversation to continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.chat_completion import ChatCompletion
    from ...models.chat_request import ChatRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "ai_chat",
    "method": "post",
    "path": "/ai/chat",
    "security": ["apiKey"],
    "safe": False,
    "stream": {
        "kind": "text/event-stream",
        "request": {"stream": True},
        "terminator": "[DONE]",
        "item": "ChatCompletionChunk",
    },
    "accept": "application/json, text/event-stream",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: ChatRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/ai/chat",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ChatCompletion | None:
    if 200 <= response.status_code <= 299:
        return models.ChatCompletion.from_dict(response.json())

    return None
