# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Generate AI chat completion through a gateway API

POST /ai/gateway/{apiSlug}/chat/completions

The same as /ai/chat, for a consumer of a gateway API and at the expense of their wallet.

Args:
    api_slug (str):
    body (ChatRequest): A conversation to continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.chat_completion import ChatCompletion
    from ...models.chat_request import ChatRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "gateway_chat",
    "method": "post",
    "path": "/ai/gateway/{apiSlug}/chat/completions",
    "security": ["consumerKey"],
    "safe": False,
    "stream": {
        "kind": "text/event-stream",
        "request": {"stream": True},
        "terminator": "[DONE]",
        "item": "ChatCompletionChunk",
    },
    "accept": "application/json, text/event-stream",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
    "arguments": {"api_slug": "apiSlug"},
}


def _get_kwargs(
    api_slug: str,
    *,
    body: ChatRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/ai/gateway/{quote(str(api_slug))}/chat/completions",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ChatCompletion | None:
    if 200 <= response.status_code <= 299:
        return models.ChatCompletion.from_dict(response.json())

    return None
