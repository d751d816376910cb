# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get the consumer's wallet

GET /ai/gateway/me/wallet

Answers the tokens that the consumer has left with a gateway API, and has used.

Args:
    api_slug (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.wallet_result import WalletResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "gateway_get_wallet",
    "method": "get",
    "path": "/ai/gateway/me/wallet",
    "security": ["consumerKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    api_slug: str,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if api_slug is not None:
        params["api_slug"] = api_slug

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ai/gateway/me/wallet",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> WalletResult | None:
    if 200 <= response.status_code <= 299:
        return models.WalletResult.from_dict(response.json())

    return None
