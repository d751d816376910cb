"""The Velerian SDK: governed runs, their evidence, usage and the audit log.

    from veneer.velerian import VelerianClient

    with VelerianClient() as client:  # VELERIAN_BASE_URL, VELERIAN_API_KEY
        result = client.invoke_abp(abp_id, payload={"prompt": "Summarize the attached filing."})

Every name is loaded on first use.
"""

from __future__ import annotations

from veneer import __version__ as __version__
from veneer import lazy

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from veneer.velerian._async import AsyncVelerianClient as AsyncVelerianClient
    from veneer.velerian._sync import VelerianClient as VelerianClient
    from veneer.velerian.errors import *
    from veneer.velerian.models import *
    from veneer.velerian.platform import DEFAULT_BASE_URL as DEFAULT_BASE_URL

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "veneer.velerian._async": "AsyncVelerianClient",
        "veneer.velerian._sync": "VelerianClient",
        "veneer.velerian.platform": "DEFAULT_BASE_URL",
        "veneer.velerian.errors": """
            VelerianAPIError VelerianAuthError VelerianConflictError VelerianError VelerianForbiddenError
            VelerianNotFoundError VelerianRateLimitError VelerianRunTimeoutError VelerianServerError
            VelerianValidationError
        """,
        "veneer.velerian.models": """
            Abp ApiKey AttachmentUpload EvidenceExport InvokeResult NetworkRun NewApiKey Page RunAttachment
            UsageSummary
        """,
    },
)
