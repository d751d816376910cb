# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Typed dictionaries for request bodies.

Each stands for the model of the same name. Its keys are the names of the model's attributes.
"""

# No postponed annotations: a TypedDict would not know its required keys at run time (PEP 655).
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from veneer.arguments import FileLike

if TYPE_CHECKING:
    from veneer_generated.aerostack.models import (
        CacheSetRequest,
        ChatMessage,
        ChatMessageRole,
        DbQueryRequest,
        StreamOptions,
    )

__all__ = [
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


class BillingLogRequestParam(TypedDict):
    """Usage to charge to a consumer."""

    consumer_id: "str"
    api_id: "str"
    units: "int"
    metric: NotRequired["str"]


class CacheDeleteManyRequestParam(TypedDict):
    """The keys to forget."""

    keys: "Sequence[str]"


class CacheExpireRequestParam(TypedDict):
    """When to forget a key."""

    key: "str"
    ttl: "int"


class CacheGetManyRequestParam(TypedDict):
    """The keys to look up."""

    keys: "Sequence[str]"


class CacheIncrementRequestParam(TypedDict):
    """What to count."""

    key: "str"
    amount: NotRequired["int"]
    initial_value: NotRequired["int"]
    ttl: NotRequired["int"]


class CacheKeyRequestParam(TypedDict):
    """A key."""

    key: "str"


class CacheListRequestParam(TypedDict):
    """Which page of keys."""

    prefix: NotRequired["str"]
    limit: NotRequired["int"]
    cursor: NotRequired["str"]


class CachePrefixRequestParam(TypedDict):
    """Which keys."""

    prefix: NotRequired["str"]


class CacheSetManyRequestParam(TypedDict):
    """The values to keep."""

    entries: "Sequence[CacheSetRequest | CacheSetRequestParam]"


class CacheSetRequestParam(TypedDict):
    """A value to keep."""

    key: "str"
    value: "Any"
    ttl: NotRequired["int"]


class ChatMessageParam(TypedDict):
    """One message of a conversation."""

    role: NotRequired["ChatMessageRole"]
    content: NotRequired["str"]


class ChatRequestParam(TypedDict):
    """A conversation to continue."""

    messages: "Sequence[ChatMessage | ChatMessageParam]"
    model: NotRequired["str"]
    stream: NotRequired["bool"]
    stream_options: NotRequired["StreamOptions | StreamOptionsParam"]
    temperature: NotRequired["float"]
    max_tokens: NotRequired["int"]
    top_p: NotRequired["float"]


class DbBatchRequestParam(TypedDict):
    """Statements to run together."""

    queries: "Sequence[DbQueryRequest | DbQueryRequestParam]"


class DbQueryRequestParam(TypedDict):
    """A statement."""

    sql: "str"
    params: NotRequired["Sequence[Any]"]


class EnqueueRequestParam(TypedDict):
    """A job."""

    type: "str"
    data: "Mapping[str, Any]"
    delay: NotRequired["int"]


class InvokeRequestParam(TypedDict):
    """A call to another service."""

    service_name: "str"
    data: "Mapping[str, Any]"


class JobListRequestParam(TypedDict):
    """Which page of jobs."""

    status: NotRequired["str"]
    type: NotRequired["str"]
    limit: NotRequired["int"]
    cursor: NotRequired["str"]


class JobRequestParam(TypedDict):
    """A job."""

    job_id: "str"


class SearchConfigureRequestParam(TypedDict):
    """How to index."""

    embedding_model: "str"


class SearchCountRequestParam(TypedDict):
    """What to count."""

    type: NotRequired["str"]


class SearchDocumentRequestParam(TypedDict):
    """A document."""

    id: "str"


class SearchIngestRequestParam(TypedDict):
    """A document to index."""

    content: "str"
    type: "str"
    id: NotRequired["str"]
    metadata: NotRequired["Mapping[str, Any]"]


class SearchQueryRequestParam(TypedDict):
    """What to look for."""

    text: "str"
    top_k: NotRequired["int"]
    types: NotRequired["Sequence[str]"]
    filter: NotRequired["Mapping[str, Any]"]


class SearchTypeRequestParam(TypedDict):
    """A kind of document."""

    type: "str"


class SearchUpdateRequestParam(TypedDict):
    """The document as it is to be."""

    id: "str"
    content: "str"
    type: NotRequired["str"]
    metadata: NotRequired["Mapping[str, Any]"]


class SigninRequestParam(TypedDict):
    """The account to sign in to."""

    email: "str"
    password: "str"


class SignupRequestParam(TypedDict):
    """The account to make."""

    email: "str"
    password: "str"
    name: NotRequired["str"]
    metadata: NotRequired["Mapping[str, Any]"]


class StorageKeyRequestParam(TypedDict):
    """A file."""

    key: "str"


class StorageListRequestParam(TypedDict):
    """Which page of files."""

    prefix: NotRequired["str"]
    limit: NotRequired["int"]
    cursor: NotRequired["str"]


class StorageTransferRequestParam(TypedDict):
    """From where to where."""

    source_key: "str"
    dest_key: "str"


class StreamOptionsParam(TypedDict):
    """What a stream carries besides the answer."""

    include_usage: NotRequired["bool"]


class UploadRequestParam(TypedDict):
    """A file to keep."""

    file: "FileLike"
    key: "str"
    content_type: NotRequired["str"]
