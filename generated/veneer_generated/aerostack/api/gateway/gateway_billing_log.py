# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Log gateway usage

POST /gateway/billing/log

Charges usage of a gateway API to a consumer.

Args:
    body (BillingLogRequest): Usage to charge to a consumer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.billing_log_request import BillingLogRequest
    from ...models.billing_log_result import BillingLogResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "gateway_billing_log",
    "method": "post",
    "path": "/gateway/billing/log",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: BillingLogRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/gateway/billing/log",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> BillingLogResult | None:
    if 200 <= response.status_code <= 299:
        return models.BillingLogResult.from_dict(response.json())

    return None
