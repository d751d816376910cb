"""Thin, hand-written SDK layer over clients that openapi-python-client generates.

Every name is loaded at its first use (PEP 562): importing `veneer`, or one platform, loads neither the HTTP engine nor any other platform.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from veneer._async.client import AsyncClient as AsyncClient
    from veneer._async.pager import AsyncPager as AsyncPager
    from veneer._async.streams import AsyncStream as AsyncStream
    from veneer._core.attempts import Attempt as Attempt
    from veneer._core.attempts import Outcome as Outcome
    from veneer._core.auth import Scheme as Scheme
    from veneer._core.auth import api_key_cookie as api_key_cookie
    from veneer._core.auth import api_key_header as api_key_header
    from veneer._core.auth import api_key_query as api_key_query
    from veneer._core.call import Endpoint as Endpoint
    from veneer._core.call import check_keywords as check_keywords
    from veneer._core.completeness import Terminator as Terminator
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
    from veneer._core.errors import TransportError as TransportError
    from veneer._core.errors import UnprocessableError as UnprocessableError
    from veneer._core.errors import VeneerError as VeneerError
    from veneer._core.errors import WaitTimeoutError as WaitTimeoutError
    from veneer._core.judge import Answer as Answer
    from veneer._core.options import Options as Options
    from veneer._core.options import Timeouts as Timeouts
    from veneer._core.page_styles import CursorPages as CursorPages
    from veneer._core.page_styles import LinkHeaderPages as LinkHeaderPages
    from veneer._core.page_styles import NextLinkPages as NextLinkPages
    from veneer._core.page_styles import OffsetPages as OffsetPages
    from veneer._core.page_styles import PageNumberPages as PageNumberPages
    from veneer._core.pages import Page as Page
    from veneer._core.platform import Platform as Platform
    from veneer._core.platform import Problem as Problem
    from veneer._core.reading import violations as violations
    from veneer._core.retry import RetryBudget as RetryBudget
    from veneer._core.retry import RetryPolicy as RetryPolicy
    from veneer._core.sse import Event as Event
    from veneer._core.streaming import Reconnect as Reconnect
    from veneer._core.streaming import StreamLimits as StreamLimits
    from veneer._core.streaming import StreamRule as StreamRule
    from veneer._core.transfer import Download as Download
    from veneer._core.violations import SchemaViolation as SchemaViolation
    from veneer._core.violations import SchemaViolationWarning as SchemaViolationWarning
    from veneer._sync.client import Client as Client
    from veneer._sync.pager import Pager as Pager
    from veneer._sync.streams import Stream as Stream

__version__ = "0.1.0"

_HOMES = {
    # clients
    "AsyncClient": "_async.client",
    "Client": "_sync.client",
    # pages, streams and transfers
    "AsyncPager": "_async.pager",
    "AsyncStream": "_async.streams",
    "CursorPages": "_core.page_styles",
    "Download": "_core.transfer",
    "Event": "_core.sse",
    "LinkHeaderPages": "_core.page_styles",
    "NextLinkPages": "_core.page_styles",
    "OffsetPages": "_core.page_styles",
    "Page": "_core.pages",
    "PageNumberPages": "_core.page_styles",
    "Pager": "_sync.pager",
    "Reconnect": "_core.streaming",
    "Stream": "_sync.streams",
    "StreamLimits": "_core.streaming",
    "StreamRule": "_core.streaming",
    "Terminator": "_core.completeness",
    # what a call is made of and gives
    "Answer": "_core.judge",
    "Attempt": "_core.attempts",
    "Endpoint": "_core.call",
    "Outcome": "_core.attempts",
    "SchemaViolation": "_core.violations",
    "SchemaViolationWarning": "_core.violations",
    "violations": "_core.reading",
    "check_keywords": "_core.call",
    # settings
    "Options": "_core.options",
    "Platform": "_core.platform",
    "Problem": "_core.platform",
    "RetryBudget": "_core.retry",
    "RetryPolicy": "_core.retry",
    "Scheme": "_core.auth",
    "Timeouts": "_core.options",
    "api_key_cookie": "_core.auth",
    "api_key_header": "_core.auth",
    "api_key_query": "_core.auth",
    # errors
    "APIError": "_core.errors",
    "AuthenticationError": "_core.errors",
    "BadRequestError": "_core.errors",
    "ConfigurationError": "_core.errors",
    "ConflictError": "_core.errors",
    "ConnectError": "_core.errors",
    "DeadlineExceededError": "_core.errors",
    "MissingMemberError": "_core.errors",
    "NotFoundError": "_core.errors",
    "PaginationError": "_core.errors",
    "PaginationLoopError": "_core.errors",
    "PermissionDeniedError": "_core.errors",
    "RateLimitError": "_core.errors",
    "RedirectError": "_core.errors",
    "RequestTimeoutError": "_core.errors",
    "ResponseError": "_core.errors",
    "ResponseInvalidError": "_core.errors",
    "ResponseTooLargeError": "_core.errors",
    "ServerError": "_core.errors",
    "StreamError": "_core.errors",
    "StreamProtocolError": "_core.errors",
    "StreamTimeoutError": "_core.errors",
    "StreamTruncatedError": "_core.errors",
    "TransportError": "_core.errors",
    "UnprocessableError": "_core.errors",
    "VeneerError": "_core.errors",
    "WaitTimeoutError": "_core.errors",
}

__all__ = [
    "__version__",
    # clients
    "AsyncClient",
    "Client",
    # pages, streams and transfers
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
    "Pager",
    "Reconnect",
    "Stream",
    "StreamLimits",
    "StreamRule",
    "Terminator",
    # what a call is made of and gives
    "Answer",
    "Attempt",
    "Endpoint",
    "Outcome",
    "SchemaViolation",
    "SchemaViolationWarning",
    "violations",
    "check_keywords",
    # settings
    "Options",
    "Platform",
    "Problem",
    "RetryBudget",
    "RetryPolicy",
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
    "TransportError",
    "UnprocessableError",
    "VeneerError",
    "WaitTimeoutError",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = globals()[name] = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
