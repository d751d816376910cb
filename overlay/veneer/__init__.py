"""Thin, hand-written SDK layer over clients that openapi-python-client generates.

Every name is loaded on first use (PEP 562): importing `veneer`, or one platform, loads neither the
HTTP engine nor any other platform.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from veneer._async.client import AsyncClient as AsyncClient
    from veneer._async.mapping import AsyncMap as AsyncMap
    from veneer._async.pager import AsyncPage as AsyncPage
    from veneer._async.pager import AsyncPager as AsyncPager
    from veneer._async.settings import AsyncSettings as AsyncSettings
    from veneer._async.streams import AsyncStream as AsyncStream
    from veneer._core.attempts import Attempt as Attempt
    from veneer._core.attempts import Outcome as Outcome
    from veneer._core.auth import Key as Key
    from veneer._core.auth import Scheme as Scheme
    from veneer._core.auth import api_key_cookie as api_key_cookie
    from veneer._core.auth import api_key_header as api_key_header
    from veneer._core.auth import api_key_query as api_key_query
    from veneer._core.call import Endpoint as Endpoint
    from veneer._core.call import bind as bind
    from veneer._core.call import check_keywords as check_keywords
    from veneer._core.deprecation import Deprecation as Deprecation
    from veneer._core.deprecation import deprecated as deprecated
    from veneer._core.errors import APIError as APIError
    from veneer._core.errors import AuthenticationError as AuthenticationError
    from veneer._core.errors import BadRequestError as BadRequestError
    from veneer._core.errors import ConfigurationError as ConfigurationError
    from veneer._core.errors import ConflictError as ConflictError
    from veneer._core.errors import ConnectError as ConnectError
    from veneer._core.errors import DeadlineExceededError as DeadlineExceededError
    from veneer._core.errors import MissingMemberError as MissingMemberError
    from veneer._core.errors import NotFoundError as NotFoundError
    from veneer._core.errors import PaginationError as PaginationError
    from veneer._core.errors import PaginationLoopError as PaginationLoopError
    from veneer._core.errors import PermissionDeniedError as PermissionDeniedError
    from veneer._core.errors import RateLimitError as RateLimitError
    from veneer._core.errors import RedirectError as RedirectError
    from veneer._core.errors import RequestTimeoutError as RequestTimeoutError
    from veneer._core.errors import ResponseError as ResponseError
    from veneer._core.errors import ResponseInvalidError as ResponseInvalidError
    from veneer._core.errors import ResponseTooLargeError as ResponseTooLargeError
    from veneer._core.errors import ServerError as ServerError
    from veneer._core.errors import StreamError as StreamError
    from veneer._core.errors import StreamProtocolError as StreamProtocolError
    from veneer._core.errors import StreamTimeoutError as StreamTimeoutError
    from veneer._core.errors import StreamTruncatedError as StreamTruncatedError
    from veneer._core.errors import TokenError as TokenError
    from veneer._core.errors import TransportError as TransportError
    from veneer._core.errors import UnprocessableError as UnprocessableError
    from veneer._core.errors import VeneerError as VeneerError
    from veneer._core.errors import WaitTimeoutError as WaitTimeoutError
    from veneer._core.errors import WebhookVerificationError as WebhookVerificationError
    from veneer._core.heard import Heard as Heard
    from veneer._core.mapping import MapProgress as MapProgress
    from veneer._core.mapping import MapResult as MapResult
    from veneer._core.near_keys import UnknownKeyWarning as UnknownKeyWarning
    from veneer._core.oauth import LoginPrompt as LoginPrompt
    from veneer._core.oauth import OAuth2 as OAuth2
    from veneer._core.oauth import TokenStore as TokenStore
    from veneer._core.options import MapOptions as MapOptions
    from veneer._core.options import Options as Options
    from veneer._core.options import PageOptions as PageOptions
    from veneer._core.options import Timeouts as Timeouts
    from veneer._core.page_styles import CursorPages as CursorPages
    from veneer._core.page_styles import LinkHeaderPages as LinkHeaderPages
    from veneer._core.page_styles import NextLinkPages as NextLinkPages
    from veneer._core.page_styles import OffsetPages as OffsetPages
    from veneer._core.page_styles import PageNumberPages as PageNumberPages
    from veneer._core.platform import Platform as Platform
    from veneer._core.platform import Problem as Problem
    from veneer._core.reading import violations as violations
    from veneer._core.responses import CallResult as CallResult
    from veneer._core.responses import whole as whole
    from veneer._core.result import Result as Result
    from veneer._core.retry import RetryBudget as RetryBudget
    from veneer._core.retry import RetryPolicy as RetryPolicy
    from veneer._core.shared_limits import SharedLimits as SharedLimits
    from veneer._core.shared_limits import SharedLimitsWarning as SharedLimitsWarning
    from veneer._core.sse import Event as Event
    from veneer._core.stream_reader import Terminator as Terminator
    from veneer._core.streaming import Reconnect as Reconnect
    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer._core.streaming import StreamRule as StreamRule
    from veneer._core.throttle import Rate as Rate
    from veneer._core.transfer import Download as Download
    from veneer._core.value import MethodGroup as MethodGroup
    from veneer._core.value import Value as Value
    from veneer._core.violations import SchemaViolation as SchemaViolation
    from veneer._core.violations import SchemaViolationWarning as SchemaViolationWarning
    from veneer._core.webhooks import UnknownEvent as UnknownEvent
    from veneer._core.webhooks import Webhook as Webhook
    from veneer._core.webhooks import WebhookScheme as WebhookScheme
    from veneer._journal import MapJournal as MapJournal
    from veneer._sync.client import Client as Client
    from veneer._sync.mapping import Map as Map
    from veneer._sync.pager import Page as Page
    from veneer._sync.pager import Pager as Pager
    from veneer._sync.settings import Settings as Settings
    from veneer._sync.streams import Stream as Stream
    from veneer.webhooks import Webhooks as Webhooks

__version__ = "0.1.0"

__all__ = [
    "__version__",
    # clients
    "AsyncClient",
    "Client",
    # pages, streams and transfers
    "AsyncPage",
    "AsyncPager",
    "AsyncStream",
    "CursorPages",
    "Download",
    "Event",
    "LinkHeaderPages",
    "NextLinkPages",
    "OffsetPages",
    "Page",
    "PageNumberPages",
    "PageOptions",
    "Pager",
    "Reconnect",
    "Stream",
    "StreamLimits",
    "StreamRule",
    "Terminator",
    # calls
    "CallResult",
    "Attempt",
    "Deprecation",
    "Endpoint",
    "Heard",
    "MethodGroup",
    "Outcome",
    "Value",
    "bind",
    "deprecated",
    "SchemaViolation",
    "SchemaViolationWarning",
    "UnknownKeyWarning",
    "violations",
    "whole",
    "check_keywords",
    # many calls
    "AsyncMap",
    "MapJournal",
    "Map",
    "MapOptions",
    "MapProgress",
    "MapResult",
    "Rate",
    "SharedLimits",
    "SharedLimitsWarning",
    # webhooks
    "UnknownEvent",
    "Webhook",
    "WebhookScheme",
    "Webhooks",
    # OAuth 2
    "LoginPrompt",
    "OAuth2",
    "TokenStore",
    # settings
    "AsyncSettings",
    "Key",
    "Options",
    "Platform",
    "Problem",
    "Result",
    "RetryBudget",
    "RetryPolicy",
    "Settings",
    "Scheme",
    "Timeouts",
    "api_key_cookie",
    "api_key_header",
    "api_key_query",
    # errors
    "APIError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "MissingMemberError",
    "NotFoundError",
    "PaginationError",
    "PaginationLoopError",
    "PermissionDeniedError",
    "RateLimitError",
    "RedirectError",
    "RequestTimeoutError",
    "ResponseError",
    "ResponseInvalidError",
    "ResponseTooLargeError",
    "ServerError",
    "StreamError",
    "StreamProtocolError",
    "StreamTimeoutError",
    "StreamTruncatedError",
    "TokenError",
    "TransportError",
    "UnprocessableError",
    "VeneerError",
    "WaitTimeoutError",
    "WebhookVerificationError",
]


def lazy(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return a package's `__getattr__`, `__dir__` and `__all__`, from modules with their names.

    Each name is loaded on first use (PEP 562). The names of the package itself are its modules.
    """
    where = {name: home for home, names in homes.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        import importlib

        home = where[name]
        found = (
            importlib.import_module(f"{package}.{name}")
            if home == package
            else getattr(importlib.import_module(home), name)
        )
        setattr(sys.modules[package], name, found)
        return found

    names = sorted(where)
    return get, lambda: sorted({*vars(sys.modules[package]), *names}), names


__getattr__, __dir__, _ = lazy(
    __name__,
    {
        "veneer._async.client": "AsyncClient",
        "veneer._async.mapping": "AsyncMap",
        "veneer._async.pager": "AsyncPage AsyncPager",
        "veneer._async.settings": "AsyncSettings",
        "veneer._async.streams": "AsyncStream",
        "veneer._core.attempts": "Attempt Outcome",
        "veneer._core.auth": "Key Scheme api_key_cookie api_key_header api_key_query",
        "veneer._core.call": "Endpoint bind check_keywords",
        "veneer._core.deprecation": "Deprecation deprecated",
        "veneer._core.stream_reader": "Terminator",
        "veneer._core.errors": """
            APIError AuthenticationError BadRequestError ConfigurationError ConflictError
            ConnectError DeadlineExceededError MissingMemberError NotFoundError PaginationError
            PaginationLoopError PermissionDeniedError RateLimitError RedirectError
            RequestTimeoutError ResponseError ResponseInvalidError ResponseTooLargeError
            ServerError StreamError StreamProtocolError StreamTimeoutError StreamTruncatedError
            TokenError TransportError UnprocessableError VeneerError WaitTimeoutError WebhookVerificationError
        """,
        "veneer._core.heard": "Heard",
        "veneer._core.responses": "CallResult whole",
        "veneer._core.oauth": "LoginPrompt OAuth2 TokenStore",
        "veneer._core.mapping": "MapProgress MapResult",
        "veneer._core.near_keys": "UnknownKeyWarning",
        "veneer._core.options": "MapOptions Options PageOptions Timeouts",
        "veneer._core.page_styles": "CursorPages LinkHeaderPages NextLinkPages OffsetPages PageNumberPages",
        "veneer._core.platform": "Platform Problem",
        "veneer._core.reading": "violations",
        "veneer._core.result": "Result",
        "veneer._core.retry": "RetryBudget RetryPolicy",
        "veneer._core.shared_limits": "SharedLimits SharedLimitsWarning",
        "veneer._core.sse": "Event",
        "veneer._core.streaming": "Reconnect StreamLimits StreamRule",
        "veneer._core.throttle": "Rate",
        "veneer._core.transfer": "Download",
        "veneer._core.value": "MethodGroup Value",
        "veneer._core.violations": "SchemaViolation SchemaViolationWarning",
        "veneer._core.webhooks": "UnknownEvent Webhook WebhookScheme",
        "veneer._journal": "MapJournal",
        "veneer._sync.client": "Client",
        "veneer._sync.mapping": "Map",
        "veneer._sync.pager": "Page Pager",
        "veneer._sync.settings": "Settings",
        "veneer._sync.streams": "Stream",
        "veneer.webhooks": "Webhooks",
    },
)
