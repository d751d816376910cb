"""The Velerian SDK: governed runs, their evidence, usage and the audit log.

    from veneer.velerian import VelerianClient

    with VelerianClient() as client:  # VELERIAN_BASE_URL, VELERIAN_API_KEY
        result = client.invoke_abp(abp_id, payload={"prompt": "Summarize the attached filing."})

Every name is loaded at its first use (PEP 562).
"""

from __future__ import annotations

from veneer import __version__ as __version__

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from veneer._async.velerian.client import AsyncVelerianClient as AsyncVelerianClient
    from veneer._platforms.velerian import DEFAULT_BASE_URL as DEFAULT_BASE_URL
    from veneer._platforms.velerian import VelerianAPIError as VelerianAPIError
    from veneer._platforms.velerian import VelerianAuthError as VelerianAuthError
    from veneer._platforms.velerian import VelerianConflictError as VelerianConflictError
    from veneer._platforms.velerian import VelerianError as VelerianError
    from veneer._platforms.velerian import VelerianForbiddenError as VelerianForbiddenError
    from veneer._platforms.velerian import VelerianNotFoundError as VelerianNotFoundError
    from veneer._platforms.velerian import VelerianRateLimitError as VelerianRateLimitError
    from veneer._platforms.velerian import VelerianRunTimeoutError as VelerianRunTimeoutError
    from veneer._platforms.velerian import VelerianServerError as VelerianServerError
    from veneer._platforms.velerian import VelerianValidationError as VelerianValidationError
    from veneer._platforms.velerian_models import AttachmentUpload as AttachmentUpload
    from veneer._platforms.velerian_models import EvidenceExport as EvidenceExport
    from veneer._platforms.velerian_models import InvokeResult as InvokeResult
    from veneer._platforms.velerian_models import NetworkRun as NetworkRun
    from veneer._platforms.velerian_models import NewApiKey as NewApiKey
    from veneer._platforms.velerian_models import Page as Page
    from veneer._platforms.velerian_models import UsageSummary as UsageSummary
    from veneer._sync.velerian.client import VelerianClient as VelerianClient
    from veneer_generated.velerian.models import Abp as Abp
    from veneer_generated.velerian.models import ApiKey as ApiKey
    from veneer_generated.velerian.models import RunAttachment as RunAttachment

_FACTS = "veneer._platforms.velerian"
_RESULTS = "veneer._platforms.velerian_models"
_MODELS = "veneer_generated.velerian.models"
_HOMES = {
    "AsyncVelerianClient": "veneer._async.velerian.client",
    "VelerianClient": "veneer._sync.velerian.client",
    "AttachmentUpload": _RESULTS,
    "EvidenceExport": _RESULTS,
    "InvokeResult": _RESULTS,
    "NetworkRun": _RESULTS,
    "NewApiKey": _RESULTS,
    "Page": _RESULTS,
    "UsageSummary": _RESULTS,
    "Abp": _MODELS,
    "ApiKey": _MODELS,
    "RunAttachment": _MODELS,
}

__all__ = [
    "__version__",
    # clients
    "DEFAULT_BASE_URL",
    "AsyncVelerianClient",
    "VelerianClient",
    # results
    "Abp",
    "ApiKey",
    "AttachmentUpload",
    "EvidenceExport",
    "InvokeResult",
    "NetworkRun",
    "NewApiKey",
    "Page",
    "RunAttachment",
    "UsageSummary",
    # errors
    "VelerianAPIError",
    "VelerianAuthError",
    "VelerianConflictError",
    "VelerianError",
    "VelerianForbiddenError",
    "VelerianNotFoundError",
    "VelerianRateLimitError",
    "VelerianRunTimeoutError",
    "VelerianServerError",
    "VelerianValidationError",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = globals()[name] = getattr(importlib.import_module(_HOMES.get(name, _FACTS)), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
