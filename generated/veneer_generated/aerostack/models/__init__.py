# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The data models. Each is loaded at its first use; `__init__.pyi` declares them for type checkers."""

from importlib import import_module

_LISTED = """
AuthResponse .auth_response
BillingLogRequest .billing_log_request
BillingLogResult .billing_log_result
CacheDeleteManyRequest .cache_delete_many_request
CacheDeleteManyResult .cache_delete_many_result
CacheEntry .cache_entry
CacheExpireRequest .cache_expire_request
CacheFlushResult .cache_flush_result
CacheGetManyRequest .cache_get_many_request
CacheGetManyResult .cache_get_many_result
CacheGetResult .cache_get_result
CacheIncrementRequest .cache_increment_request
CacheIncrementResult .cache_increment_result
CacheKey .cache_key
CacheKeyRequest .cache_key_request
CacheKeysResult .cache_keys_result
CacheListRequest .cache_list_request
CacheListResult .cache_list_result
CachePrefixRequest .cache_prefix_request
CacheSetManyRequest .cache_set_many_request
CacheSetManyResult .cache_set_many_result
CacheSetRequest .cache_set_request
CancelJobResult .cancel_job_result
ChatChoice .chat_choice
ChatChunkChoice .chat_chunk_choice
ChatCompletion .chat_completion
ChatCompletionChunk .chat_completion_chunk
ChatDelta .chat_delta
ChatDeltaRole .chat_delta_role
ChatMessage .chat_message
ChatMessageRole .chat_message_role
ChatRequest .chat_request
DbBatchEntry .db_batch_entry
DbBatchRequest .db_batch_request
DbBatchResult .db_batch_result
DbQueryRequest .db_query_request
DbQueryResult .db_query_result
EnqueueRequest .enqueue_request
EnqueueResult .enqueue_result
ErrorResponse .error_response
InvokeRequest .invoke_request
InvokeResult .invoke_result
Job .job
JobListRequest .job_list_request
JobListResult .job_list_result
JobRequest .job_request
JobResult .job_result
SearchConfigureRequest .search_configure_request
SearchCountRequest .search_count_request
SearchCountResult .search_count_result
SearchDocumentRequest .search_document_request
SearchGetResult .search_get_result
SearchIngestRequest .search_ingest_request
SearchQueryRequest .search_query_request
SearchQueryResult .search_query_result
SearchResult .search_result
SearchTypeRequest .search_type_request
SearchTypesResult .search_types_result
SearchUpdateRequest .search_update_request
SigninRequest .signin_request
SignupRequest .signup_request
StorageExistsResult .storage_exists_result
StorageKeyRequest .storage_key_request
StorageListRequest .storage_list_request
StorageListResult .storage_list_result
StorageMetadata .storage_metadata
StorageObject .storage_object
StorageTransferRequest .storage_transfer_request
StorageTransferResult .storage_transfer_result
StorageUrl .storage_url
StreamOptions .stream_options
Success .success
TokenUsage .token_usage
TypeCount .type_count
UploadRequest .upload_request
User .user
Wallet .wallet
WalletResult .wallet_result
"""
_MODULES: dict[str, str] = {name: module for name, module in map(str.split, _LISTED.strip().splitlines())}

__all__ = list(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load the module of a model at its first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    model = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = model
    return model


def __dir__() -> list[str]:
    return sorted(__all__)
