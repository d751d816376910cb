# Derived from overlay/veneer/_async/aerostack/services.py by scripts/unasync.py: edit that file, not this one.
"""Other services of an Aerostack project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer._sync.aerostack.client import Namespace
from veneer_generated.aerostack.api.services import services_invoke
from veneer_generated.aerostack.models.invoke_request import InvokeRequest
from veneer_generated.aerostack.models.invoke_result import InvokeResult

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import InvokeRequestDict

__all__ = ["Services"]


class Services(Namespace):
    """`sdk.services`: other services of the project."""

    def services_invoke(
        self,
        request: InvokeRequest | InvokeRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> InvokeResult:
        """Call another service of the project: POST /services/invoke.

        Never repeated when it is unknown whether it ran.
        """
        return self._view(retries, options).call(services_invoke, body=body(InvokeRequest, request))
