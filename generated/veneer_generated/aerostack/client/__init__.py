# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The public client of Aerostack API. Each name is loaded at its first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer_generated.aerostack.client._both import SDK as SDK
    from veneer_generated.aerostack.client.params import BillingLogRequestParam as BillingLogRequestParam
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam as CacheDeleteManyRequestParam,
    )
    from veneer_generated.aerostack.client.params import CacheExpireRequestParam as CacheExpireRequestParam
    from veneer_generated.aerostack.client.params import CacheGetManyRequestParam as CacheGetManyRequestParam
    from veneer_generated.aerostack.client.params import (
        CacheIncrementRequestParam as CacheIncrementRequestParam,
    )
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheKeyRequestParam
    from veneer_generated.aerostack.client.params import CacheListRequestParam as CacheListRequestParam
    from veneer_generated.aerostack.client.params import CachePrefixRequestParam as CachePrefixRequestParam
    from veneer_generated.aerostack.client.params import CacheSetManyRequestParam as CacheSetManyRequestParam
    from veneer_generated.aerostack.client.params import CacheSetRequestParam as CacheSetRequestParam
    from veneer_generated.aerostack.client.params import ChatMessageParam as ChatMessageParam
    from veneer_generated.aerostack.client.params import ChatRequestParam as ChatRequestParam
    from veneer_generated.aerostack.client.params import DbBatchRequestParam as DbBatchRequestParam
    from veneer_generated.aerostack.client.params import DbQueryRequestParam as DbQueryRequestParam
    from veneer_generated.aerostack.client.params import EnqueueRequestParam as EnqueueRequestParam
    from veneer_generated.aerostack.client.params import InvokeRequestParam as InvokeRequestParam
    from veneer_generated.aerostack.client.params import JobListRequestParam as JobListRequestParam
    from veneer_generated.aerostack.client.params import JobRequestParam as JobRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchConfigureRequestParam as SearchConfigureRequestParam,
    )
    from veneer_generated.aerostack.client.params import SearchCountRequestParam as SearchCountRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as SearchDocumentRequestParam,
    )
    from veneer_generated.aerostack.client.params import SearchIngestRequestParam as SearchIngestRequestParam
    from veneer_generated.aerostack.client.params import SearchQueryRequestParam as SearchQueryRequestParam
    from veneer_generated.aerostack.client.params import SearchTypeRequestParam as SearchTypeRequestParam
    from veneer_generated.aerostack.client.params import SearchUpdateRequestParam as SearchUpdateRequestParam
    from veneer_generated.aerostack.client.params import SigninRequestParam as SigninRequestParam
    from veneer_generated.aerostack.client.params import SignupRequestParam as SignupRequestParam
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageKeyRequestParam
    from veneer_generated.aerostack.client.params import StorageListRequestParam as StorageListRequestParam
    from veneer_generated.aerostack.client.params import (
        StorageTransferRequestParam as StorageTransferRequestParam,
    )
    from veneer_generated.aerostack.client.params import StreamOptionsParam as StreamOptionsParam
    from veneer_generated.aerostack.client.params import UploadRequestParam as UploadRequestParam

_HOMES = {
    "SDK": "_both",
    "BillingLogRequestParam": "params",
    "CacheDeleteManyRequestParam": "params",
    "CacheExpireRequestParam": "params",
    "CacheGetManyRequestParam": "params",
    "CacheIncrementRequestParam": "params",
    "CacheKeyRequestParam": "params",
    "CacheListRequestParam": "params",
    "CachePrefixRequestParam": "params",
    "CacheSetManyRequestParam": "params",
    "CacheSetRequestParam": "params",
    "ChatMessageParam": "params",
    "ChatRequestParam": "params",
    "DbBatchRequestParam": "params",
    "DbQueryRequestParam": "params",
    "EnqueueRequestParam": "params",
    "InvokeRequestParam": "params",
    "JobListRequestParam": "params",
    "JobRequestParam": "params",
    "SearchConfigureRequestParam": "params",
    "SearchCountRequestParam": "params",
    "SearchDocumentRequestParam": "params",
    "SearchIngestRequestParam": "params",
    "SearchQueryRequestParam": "params",
    "SearchTypeRequestParam": "params",
    "SearchUpdateRequestParam": "params",
    "SigninRequestParam": "params",
    "SignupRequestParam": "params",
    "StorageKeyRequestParam": "params",
    "StorageListRequestParam": "params",
    "StorageTransferRequestParam": "params",
    "StreamOptionsParam": "params",
    "UploadRequestParam": "params",
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "SDK",
    "BillingLogRequestParam",
    "CacheDeleteManyRequestParam",
    "CacheExpireRequestParam",
    "CacheGetManyRequestParam",
    "CacheIncrementRequestParam",
    "CacheKeyRequestParam",
    "CacheListRequestParam",
    "CachePrefixRequestParam",
    "CacheSetManyRequestParam",
    "CacheSetRequestParam",
    "ChatMessageParam",
    "ChatRequestParam",
    "DbBatchRequestParam",
    "DbQueryRequestParam",
    "EnqueueRequestParam",
    "InvokeRequestParam",
    "JobListRequestParam",
    "JobRequestParam",
    "SearchConfigureRequestParam",
    "SearchCountRequestParam",
    "SearchDocumentRequestParam",
    "SearchIngestRequestParam",
    "SearchQueryRequestParam",
    "SearchTypeRequestParam",
    "SearchUpdateRequestParam",
    "SigninRequestParam",
    "SignupRequestParam",
    "StorageKeyRequestParam",
    "StorageListRequestParam",
    "StorageTransferRequestParam",
    "StreamOptionsParam",
    "UploadRequestParam",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
