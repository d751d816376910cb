"""Other services of an Aerostack project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer_generated.aerostack.api.services import services_invoke
from veneer_generated.aerostack.models.invoke_request import InvokeRequest
from veneer_generated.aerostack.models.invoke_result import InvokeResult

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import InvokeRequestDict

__all__ = ["AsyncServices"]


class AsyncServices(AsyncNamespace):
    """`sdk.services`: other services of the project."""

    async def services_invoke_async(
        self,
        request: InvokeRequest | InvokeRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> InvokeResult:
        """Call another service of the project: POST /services/invoke.

        Never repeated when it is unknown whether it ran.
        """
        return await self._async_view(retries, options).call(
            services_invoke, body=body(InvokeRequest, request)
        )
