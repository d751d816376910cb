# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Invoke Network

POST /api/agenticx/networks/{slug}/invoke

Run a network of agents under governance.

Args:
    slug (str): The network.
    async_ (bool | Unset): Queue the run and answer at once. Default: true.
    body (NetworksInvokeRequest): What a network of agents is invoked with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset, quote

if TYPE_CHECKING:
    import httpx

    from ...models.networks_invoke_request import NetworksInvokeRequest
    from ...models.networks_invoke_response import NetworksInvokeResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "invoke_network_api_agenticx_networks__slug__invoke_post",
    "method": "post",
    "path": "/api/agenticx/networks/{slug}/invoke",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
    },
    "arguments": {"async_": "async"},
}


def _get_kwargs(
    slug: str,
    *,
    body: NetworksInvokeRequest,
    async_: bool | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    if async_ is not UNSET and async_ is not None:
        params["async"] = async_

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/agenticx/networks/{quote(str(slug))}/invoke",
        "params": params,
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> NetworksInvokeResponse | None:
    if 200 <= response.status_code <= 299:
        return models.NetworksInvokeResponse.from_dict(response.json())

    return None
