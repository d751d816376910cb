# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Get Pack Run

GET /api/v2/pack-runs/{run_id}

Get a run; poll it until its status is final.

Args:
    run_id (str): The run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.pack_run import PackRun

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_pack_run_api_v2_pack_runs__run_id__get",
    "method": "get",
    "path": "/api/v2/pack-runs/{run_id}",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
    },
}


def _get_kwargs(
    run_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v2/pack-runs/{quote(str(run_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> PackRun | None:
    if 200 <= response.status_code <= 299:
        return models.PackRun.from_dict(response.json())

    return None
