"""The SDK of Aerostack: `from veneer.aerostack import SDK, errors`."""

from __future__ import annotations

from veneer import __version__ as __version__

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from veneer._async.aerostack.client import AsyncClient as AsyncClient
    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer._platforms.aerostack import SERVERS as SERVERS
    from veneer._platforms.aerostack_models import ChatCompletion as ChatCompletion
    from veneer._platforms.aerostack_models import ChatCompletionChunk as ChatCompletionChunk
    from veneer._sync.aerostack.client import Client as Client
    from veneer.aerostack import errors as errors
    from veneer.aerostack import httpclient as httpclient
    from veneer.aerostack import models as models
    from veneer.aerostack import requests as requests
    from veneer.aerostack import utils as utils
    from veneer.aerostack._about import OPENAPI_DOC_VERSION as OPENAPI_DOC_VERSION
    from veneer.aerostack._about import USER_AGENT as USER_AGENT
    from veneer.aerostack._about import VERSION as VERSION
    from veneer.aerostack.sdk import SDK as SDK
    from veneer_generated.aerostack.types import File as File

_HOMES = {
    # the SDK
    "SDK": "veneer.aerostack.sdk",
    # its servers and versions
    "OPENAPI_DOC_VERSION": "veneer.aerostack._about",
    "SERVERS": "veneer._platforms.aerostack",
    "USER_AGENT": "veneer.aerostack._about",
    "VERSION": "veneer.aerostack._about",
    # calls by endpoint
    "AsyncClient": "veneer._async.aerostack.client",
    "Client": "veneer._sync.aerostack.client",
    # what calls take and give
    "ChatCompletion": "veneer._platforms.aerostack_models",
    "ChatCompletionChunk": "veneer._platforms.aerostack_models",
    "File": "veneer_generated.aerostack.types",
    "StreamLimits": "veneer._core.streaming",
}
_MODULES = {
    "errors": "veneer.aerostack.errors",
    "httpclient": "veneer.aerostack.httpclient",
    "models": "veneer.aerostack.models",
    "requests": "veneer.aerostack.requests",
    "utils": "veneer.aerostack.utils",
}

__all__ = [
    "__version__",
    # the SDK
    "SDK",
    # its servers and versions
    "OPENAPI_DOC_VERSION",
    "SERVERS",
    "USER_AGENT",
    "VERSION",
    # calls by endpoint
    "AsyncClient",
    "Client",
    # what calls take and give
    "ChatCompletion",
    "ChatCompletionChunk",
    "File",
    "StreamLimits",
    # modules
    "errors",
    "httpclient",
    "models",
    "requests",
    "utils",
]


def __getattr__(name: str) -> Any:
    import importlib

    if name in _MODULES:
        found: Any = importlib.import_module(_MODULES[name])
    elif name in _HOMES:
        found = getattr(importlib.import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
