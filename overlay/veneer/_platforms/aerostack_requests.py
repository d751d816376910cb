"""Aerostack's requests as plain dicts with snake_case keys."""

# No postponed annotations: a TypedDict would not know at run time which of its keys are required (PEP 655).
import os
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Literal, NotRequired, TypedDict

from veneer_generated.aerostack.models.chat_message import ChatMessage
from veneer_generated.aerostack.types import File

__all__ = [
    "BillingLogRequestDict",
    "CacheDeleteManyRequestDict",
    "CacheExpireRequestDict",
    "CacheGetManyRequestDict",
    "CacheIncrementRequestDict",
    "CacheKeyRequestDict",
    "CacheListRequestDict",
    "CachePrefixRequestDict",
    "CacheSetManyRequestDict",
    "CacheSetRequestDict",
    "ChatMessageDict",
    "ChatRequestDict",
    "DbBatchRequestDict",
    "DbQueryRequestDict",
    "EnqueueRequestDict",
    "FileDict",
    "InvokeRequestDict",
    "JobListRequestDict",
    "JobRequestDict",
    "SearchConfigureRequestDict",
    "SearchCountRequestDict",
    "SearchDocumentRequestDict",
    "SearchIngestRequestDict",
    "SearchQueryRequestDict",
    "SearchTypeRequestDict",
    "SearchUpdateRequestDict",
    "SigninRequestDict",
    "SignupRequestDict",
    "StorageKeyRequestDict",
    "StorageListRequestDict",
    "StorageTransferRequestDict",
    "StreamOptionsDict",
    "UploadRequestDict",
]


class ChatMessageDict(TypedDict, total=False):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class StreamOptionsDict(TypedDict, total=False):
    """What a stream carries besides the answer: with `include_usage` its last chunk says what it cost."""

    include_usage: bool


class ChatRequestDict(TypedDict):
    """A conversation to continue. `temperature` is from 0 to 2, `top_p` from 0 to 1, `max_tokens` at least 1."""

    messages: Sequence[ChatMessageDict | ChatMessage]
    model: NotRequired[str]
    stream: NotRequired[bool]
    stream_options: NotRequired[StreamOptionsDict]
    temperature: NotRequired[float]
    max_tokens: NotRequired[int]
    top_p: NotRequired[float]


class BillingLogRequestDict(TypedDict):
    """Usage to charge to a consumer; `metric` says of what."""

    consumer_id: str
    api_id: str
    units: int
    metric: NotRequired[str]


class SearchIngestRequestDict(TypedDict):
    """A document to index."""

    content: str
    type: str
    id: NotRequired[str]
    metadata: NotRequired[Mapping[str, Any]]


class SearchQueryRequestDict(TypedDict):
    """What to look for: at most `top_k` documents (5), of these `types`, with this metadata (`filter`)."""

    text: str
    top_k: NotRequired[int]
    types: NotRequired[Sequence[str]]
    filter: NotRequired[Mapping[str, Any]]


class SearchUpdateRequestDict(TypedDict):
    """A document's new text."""

    id: str
    content: str
    type: NotRequired[str]
    metadata: NotRequired[Mapping[str, Any]]


class SearchDocumentRequestDict(TypedDict):
    """A document."""

    id: str


class SearchCountRequestDict(TypedDict, total=False):
    """Which documents to count: one type, or all."""

    type: str


class SearchTypeRequestDict(TypedDict):
    """A type of documents."""

    type: str


class SearchConfigureRequestDict(TypedDict):
    """The model that embeds texts."""

    embedding_model: str


class SignupRequestDict(TypedDict):
    """A new user; the password has at least 8 characters."""

    email: str
    password: str
    name: NotRequired[str]
    metadata: NotRequired[Mapping[str, Any]]


class SigninRequestDict(TypedDict):
    """Who signs in."""

    email: str
    password: str


class CacheKeyRequestDict(TypedDict):
    """A key."""

    key: str


class CacheSetRequestDict(TypedDict):
    """A value to keep: any JSON, for `ttl` seconds or for good."""

    key: str
    value: Any
    ttl: NotRequired[int]


class CacheDeleteManyRequestDict(TypedDict):
    """Keys, at most 500."""

    keys: Sequence[str]


class CacheGetManyRequestDict(TypedDict):
    """Keys, at most 100."""

    keys: Sequence[str]


class CacheSetManyRequestDict(TypedDict):
    """Values to keep, at most 100."""

    entries: Sequence[CacheSetRequestDict]


class CacheExpireRequestDict(TypedDict):
    """A key's life in seconds, from now."""

    key: str
    ttl: int


class CacheIncrementRequestDict(TypedDict):
    """What to add (1; may be negative), where a new key starts (0), and its life in seconds."""

    key: str
    amount: NotRequired[int]
    initial_value: NotRequired[int]
    ttl: NotRequired[int]


class CachePrefixRequestDict(TypedDict, total=False):
    """Only keys that begin so; all when absent."""

    prefix: str


class CacheListRequestDict(TypedDict, total=False):
    """Which page of keys: `limit` is from 1 to 1000 (100)."""

    prefix: str
    limit: int
    cursor: str


class DbQueryRequestDict(TypedDict):
    """A statement; each `?` in it stands for one of the `params`."""

    sql: str
    params: NotRequired[Sequence[Any]]


class DbBatchRequestDict(TypedDict):
    """Statements, at most 25."""

    queries: Sequence[DbQueryRequestDict]


class EnqueueRequestDict(TypedDict):
    """A job, to start in `delay` seconds (0)."""

    type: str
    data: Mapping[str, Any]
    delay: NotRequired[int]


class JobRequestDict(TypedDict):
    """A job."""

    job_id: str


class JobListRequestDict(TypedDict, total=False):
    """Which page of jobs: `limit` is from 1 to 200 (50)."""

    status: str
    type: str
    limit: int
    cursor: str


class InvokeRequestDict(TypedDict):
    """A call to another service."""

    service_name: str
    data: Mapping[str, Any]


class FileDict(TypedDict):
    """A file to upload: bytes, an open binary file, or a path. Its name is the file's own where it has one."""

    content: bytes | BinaryIO | os.PathLike[str]
    file_name: NotRequired[str]
    content_type: NotRequired[str]


class UploadRequestDict(TypedDict):
    """A file and where to keep it."""

    file: FileDict | File
    key: str
    content_type: NotRequired[str]


class StorageKeyRequestDict(TypedDict):
    """A file."""

    key: str


class StorageListRequestDict(TypedDict, total=False):
    """Which page of files: `limit` is from 1 to 1000 (100)."""

    prefix: str
    limit: int
    cursor: str


class StorageTransferRequestDict(TypedDict):
    """From where to where."""

    source_key: str
    dest_key: str
