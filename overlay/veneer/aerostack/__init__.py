"""The SDK of Aerostack: database, users, cache, queue, storage, services and AI of a project.

    from veneer.aerostack import SDK, errors

    with SDK() as sdk:  # AEROSTACK_API_KEY
        sdk.cache.cache_get(request={"key": "greeting"})

Every name is loaded on first use.
"""

from __future__ import annotations

from veneer import __version__ as __version__
from veneer import lazy

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer.aerostack import errors as errors
    from veneer.aerostack import httpclient as httpclient
    from veneer.aerostack import models as models
    from veneer.aerostack import utils as utils
    from veneer.aerostack._async import AsyncClient as AsyncClient
    from veneer.aerostack._sync import Client as Client
    from veneer.aerostack.platform import USER_AGENT as USER_AGENT
    from veneer.aerostack.platform import VERSION as VERSION
    from veneer.aerostack.results import ChatCompletion as ChatCompletion
    from veneer.aerostack.results import ChatCompletionChunk as ChatCompletionChunk
    from veneer.aerostack.sdk import SDK as SDK
    from veneer_generated.aerostack.client.about import OPENAPI_DOC_VERSION as OPENAPI_DOC_VERSION
    from veneer_generated.aerostack.client.about import SERVERS as SERVERS
    from veneer_generated.aerostack.types import File as File

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "veneer.aerostack": "errors httpclient models utils",
        "veneer.aerostack.sdk": "SDK",
        "veneer.aerostack._async": "AsyncClient",
        "veneer.aerostack._sync": "Client",
        "veneer.aerostack.platform": "USER_AGENT VERSION",
        "veneer.aerostack.results": "ChatCompletion ChatCompletionChunk",
        "veneer._core.streaming": "StreamLimits",
        "veneer_generated.aerostack.client.about": "OPENAPI_DOC_VERSION SERVERS",
        "veneer_generated.aerostack.types": "File",
    },
)
