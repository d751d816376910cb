# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Other services of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import with_options

if TYPE_CHECKING:
    from veneer.speakeasy import CallOptions, Retries
    from veneer_generated.aerostack.client.params import InvokeRequestParam
    from veneer_generated.aerostack.models import InvokeRequest, InvokeResult


class Services(veneer.MethodGroup):
    """Other services of the project."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def services_invoke(
        self,
        request: InvokeRequest | InvokeRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> InvokeResult:
        """Invoke another service.

        Calls another service of the project and answers what it answered.

        POST /services/invoke

        Args:
            request: A call to another service.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.services import services_invoke as _operation

        _body = as_model(models.InvokeRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)
