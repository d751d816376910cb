# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The data models, each loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .auth_response import AuthResponse
    from .billing_log_request import BillingLogRequest
    from .billing_log_result import BillingLogResult
    from .cache_delete_many_request import CacheDeleteManyRequest
    from .cache_delete_many_result import CacheDeleteManyResult
    from .cache_entry import CacheEntry
    from .cache_expire_request import CacheExpireRequest
    from .cache_flush_result import CacheFlushResult
    from .cache_get_many_request import CacheGetManyRequest
    from .cache_get_many_result import CacheGetManyResult
    from .cache_get_result import CacheGetResult
    from .cache_increment_request import CacheIncrementRequest
    from .cache_increment_result import CacheIncrementResult
    from .cache_key import CacheKey
    from .cache_key_request import CacheKeyRequest
    from .cache_keys_result import CacheKeysResult
    from .cache_list_request import CacheListRequest
    from .cache_list_result import CacheListResult
    from .cache_prefix_request import CachePrefixRequest
    from .cache_set_many_request import CacheSetManyRequest
    from .cache_set_many_result import CacheSetManyResult
    from .cache_set_request import CacheSetRequest
    from .cancel_job_result import CancelJobResult
    from .chat_choice import ChatChoice
    from .chat_chunk_choice import ChatChunkChoice
    from .chat_completion import ChatCompletion
    from .chat_completion_chunk import ChatCompletionChunk
    from .chat_delta import ChatDelta
    from .chat_delta_role import ChatDeltaRole
    from .chat_message import ChatMessage
    from .chat_message_role import ChatMessageRole
    from .chat_request import ChatRequest
    from .db_batch_entry import DbBatchEntry
    from .db_batch_request import DbBatchRequest
    from .db_batch_result import DbBatchResult
    from .db_query_request import DbQueryRequest
    from .db_query_result import DbQueryResult
    from .enqueue_request import EnqueueRequest
    from .enqueue_result import EnqueueResult
    from .error_response import ErrorResponse
    from .invoke_request import InvokeRequest
    from .invoke_result import InvokeResult
    from .job import Job
    from .job_list_request import JobListRequest
    from .job_list_result import JobListResult
    from .job_request import JobRequest
    from .job_result import JobResult
    from .search_configure_request import SearchConfigureRequest
    from .search_count_request import SearchCountRequest
    from .search_count_result import SearchCountResult
    from .search_document_request import SearchDocumentRequest
    from .search_get_result import SearchGetResult
    from .search_ingest_request import SearchIngestRequest
    from .search_query_request import SearchQueryRequest
    from .search_query_result import SearchQueryResult
    from .search_result import SearchResult
    from .search_type_request import SearchTypeRequest
    from .search_types_result import SearchTypesResult
    from .search_update_request import SearchUpdateRequest
    from .signin_request import SigninRequest
    from .signup_request import SignupRequest
    from .storage_exists_result import StorageExistsResult
    from .storage_key_request import StorageKeyRequest
    from .storage_list_request import StorageListRequest
    from .storage_list_result import StorageListResult
    from .storage_metadata import StorageMetadata
    from .storage_object import StorageObject
    from .storage_transfer_request import StorageTransferRequest
    from .storage_transfer_result import StorageTransferResult
    from .storage_url import StorageUrl
    from .stream_options import StreamOptions
    from .success import Success
    from .token_usage import TokenUsage
    from .type_count import TypeCount
    from .upload_request import UploadRequest
    from .user import User
    from .wallet import Wallet
    from .wallet_result import WalletResult

_MODULES: dict[str, str] = {
    "AuthResponse": ".auth_response",
    "BillingLogRequest": ".billing_log_request",
    "BillingLogResult": ".billing_log_result",
    "CacheDeleteManyRequest": ".cache_delete_many_request",
    "CacheDeleteManyResult": ".cache_delete_many_result",
    "CacheEntry": ".cache_entry",
    "CacheExpireRequest": ".cache_expire_request",
    "CacheFlushResult": ".cache_flush_result",
    "CacheGetManyRequest": ".cache_get_many_request",
    "CacheGetManyResult": ".cache_get_many_result",
    "CacheGetResult": ".cache_get_result",
    "CacheIncrementRequest": ".cache_increment_request",
    "CacheIncrementResult": ".cache_increment_result",
    "CacheKey": ".cache_key",
    "CacheKeyRequest": ".cache_key_request",
    "CacheKeysResult": ".cache_keys_result",
    "CacheListRequest": ".cache_list_request",
    "CacheListResult": ".cache_list_result",
    "CachePrefixRequest": ".cache_prefix_request",
    "CacheSetManyRequest": ".cache_set_many_request",
    "CacheSetManyResult": ".cache_set_many_result",
    "CacheSetRequest": ".cache_set_request",
    "CancelJobResult": ".cancel_job_result",
    "ChatChoice": ".chat_choice",
    "ChatChunkChoice": ".chat_chunk_choice",
    "ChatCompletion": ".chat_completion",
    "ChatCompletionChunk": ".chat_completion_chunk",
    "ChatDelta": ".chat_delta",
    "ChatDeltaRole": ".chat_delta_role",
    "ChatMessage": ".chat_message",
    "ChatMessageRole": ".chat_message_role",
    "ChatRequest": ".chat_request",
    "DbBatchEntry": ".db_batch_entry",
    "DbBatchRequest": ".db_batch_request",
    "DbBatchResult": ".db_batch_result",
    "DbQueryRequest": ".db_query_request",
    "DbQueryResult": ".db_query_result",
    "EnqueueRequest": ".enqueue_request",
    "EnqueueResult": ".enqueue_result",
    "ErrorResponse": ".error_response",
    "InvokeRequest": ".invoke_request",
    "InvokeResult": ".invoke_result",
    "Job": ".job",
    "JobListRequest": ".job_list_request",
    "JobListResult": ".job_list_result",
    "JobRequest": ".job_request",
    "JobResult": ".job_result",
    "SearchConfigureRequest": ".search_configure_request",
    "SearchCountRequest": ".search_count_request",
    "SearchCountResult": ".search_count_result",
    "SearchDocumentRequest": ".search_document_request",
    "SearchGetResult": ".search_get_result",
    "SearchIngestRequest": ".search_ingest_request",
    "SearchQueryRequest": ".search_query_request",
    "SearchQueryResult": ".search_query_result",
    "SearchResult": ".search_result",
    "SearchTypeRequest": ".search_type_request",
    "SearchTypesResult": ".search_types_result",
    "SearchUpdateRequest": ".search_update_request",
    "SigninRequest": ".signin_request",
    "SignupRequest": ".signup_request",
    "StorageExistsResult": ".storage_exists_result",
    "StorageKeyRequest": ".storage_key_request",
    "StorageListRequest": ".storage_list_request",
    "StorageListResult": ".storage_list_result",
    "StorageMetadata": ".storage_metadata",
    "StorageObject": ".storage_object",
    "StorageTransferRequest": ".storage_transfer_request",
    "StorageTransferResult": ".storage_transfer_result",
    "StorageUrl": ".storage_url",
    "StreamOptions": ".stream_options",
    "Success": ".success",
    "TokenUsage": ".token_usage",
    "TypeCount": ".type_count",
    "UploadRequest": ".upload_request",
    "User": ".user",
    "Wallet": ".wallet",
    "WalletResult": ".wallet_result",
}

__all__ = (
    "AuthResponse",
    "BillingLogRequest",
    "BillingLogResult",
    "CacheDeleteManyRequest",
    "CacheDeleteManyResult",
    "CacheEntry",
    "CacheExpireRequest",
    "CacheFlushResult",
    "CacheGetManyRequest",
    "CacheGetManyResult",
    "CacheGetResult",
    "CacheIncrementRequest",
    "CacheIncrementResult",
    "CacheKey",
    "CacheKeyRequest",
    "CacheKeysResult",
    "CacheListRequest",
    "CacheListResult",
    "CachePrefixRequest",
    "CacheSetManyRequest",
    "CacheSetManyResult",
    "CacheSetRequest",
    "CancelJobResult",
    "ChatChoice",
    "ChatChunkChoice",
    "ChatCompletion",
    "ChatCompletionChunk",
    "ChatDelta",
    "ChatDeltaRole",
    "ChatMessage",
    "ChatMessageRole",
    "ChatRequest",
    "DbBatchEntry",
    "DbBatchRequest",
    "DbBatchResult",
    "DbQueryRequest",
    "DbQueryResult",
    "EnqueueRequest",
    "EnqueueResult",
    "ErrorResponse",
    "InvokeRequest",
    "InvokeResult",
    "Job",
    "JobListRequest",
    "JobListResult",
    "JobRequest",
    "JobResult",
    "SearchConfigureRequest",
    "SearchCountRequest",
    "SearchCountResult",
    "SearchDocumentRequest",
    "SearchGetResult",
    "SearchIngestRequest",
    "SearchQueryRequest",
    "SearchQueryResult",
    "SearchResult",
    "SearchTypeRequest",
    "SearchTypesResult",
    "SearchUpdateRequest",
    "SigninRequest",
    "SignupRequest",
    "StorageExistsResult",
    "StorageKeyRequest",
    "StorageListRequest",
    "StorageListResult",
    "StorageMetadata",
    "StorageObject",
    "StorageTransferRequest",
    "StorageTransferResult",
    "StorageUrl",
    "StreamOptions",
    "Success",
    "TokenUsage",
    "TypeCount",
    "UploadRequest",
    "User",
    "Wallet",
    "WalletResult",
)

if not TYPE_CHECKING:  # hidden from type checkers, so that a name that is not there is an error

    def __getattr__(name: str) -> object:
        """Load a model's module at its first use (PEP 562)."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        model = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = model
        return model


def __dir__() -> list[str]:
    return sorted(__all__)
