# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Values by key, for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import PAGE_OPTIONS, take_page_options, with_options

if TYPE_CHECKING:
    from veneer.speakeasy import CallOptions, PageCallOptions, Retries
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam,
        CacheExpireRequestParam,
        CacheGetManyRequestParam,
        CacheIncrementRequestParam,
        CacheKeyRequestParam,
        CacheListRequestParam,
        CachePrefixRequestParam,
        CacheSetManyRequestParam,
        CacheSetRequestParam,
    )
    from veneer_generated.aerostack.models import (
        CacheDeleteManyRequest,
        CacheDeleteManyResult,
        CacheExpireRequest,
        CacheFlushResult,
        CacheGetManyRequest,
        CacheGetManyResult,
        CacheGetResult,
        CacheIncrementRequest,
        CacheIncrementResult,
        CacheKey,
        CacheKeyRequest,
        CacheKeysResult,
        CacheListRequest,
        CacheListResult,
        CachePrefixRequest,
        CacheSetManyRequest,
        CacheSetManyResult,
        CacheSetRequest,
        Success,
    )


class Cache(veneer.MethodGroup):
    """Values by key, for a time."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def cache_get(
        self,
        request: CacheKeyRequest | CacheKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheGetResult:
        """Get a cached value.

        Answers the value of a key; a key without one is no error.

        POST /cache/get

        Args:
            request: A key.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_get as _operation

        _body = as_model(models.CacheKeyRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_set(
        self,
        request: CacheSetRequest | CacheSetRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Set a cached value.

        Keeps a value under a key, in place of the one before.

        POST /cache/set

        Args:
            request: A value to keep.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_set as _operation

        _body = as_model(models.CacheSetRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_delete(
        self,
        request: CacheKeyRequest | CacheKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a cached value.

        Forgets a key.

        POST /cache/delete

        Args:
            request: A key.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_delete as _operation

        _body = as_model(models.CacheKeyRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_delete_many(
        self,
        request: CacheDeleteManyRequest | CacheDeleteManyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheDeleteManyResult:
        """Delete cached values.

        Forgets up to 500 keys.

        POST /cache/deleteMany

        Args:
            request: The keys to forget.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_delete_many as _operation

        _body = as_model(models.CacheDeleteManyRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_get_many(
        self,
        request: CacheGetManyRequest | CacheGetManyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheGetManyResult:
        """Get cached values.

        Answers the values of up to 100 keys.

        POST /cache/getMany

        Args:
            request: The keys to look up.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_get_many as _operation

        _body = as_model(models.CacheGetManyRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_set_many(
        self,
        request: CacheSetManyRequest | CacheSetManyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheSetManyResult:
        """Set cached values.

        Keeps up to 100 values.

        POST /cache/setMany

        Args:
            request: The values to keep.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_set_many as _operation

        _body = as_model(models.CacheSetManyRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_expire(
        self,
        request: CacheExpireRequest | CacheExpireRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Set the life of a cached value.

        Forgets a key after so many seconds.

        POST /cache/expire

        Args:
            request: When to forget a key.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_expire as _operation

        _body = as_model(models.CacheExpireRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_increment(
        self,
        request: CacheIncrementRequest | CacheIncrementRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheIncrementResult:
        """Count up.

        Adds to the number under a key and answers the sum.

        POST /cache/increment

        Args:
            request: What to count.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_increment as _operation

        _body = as_model(models.CacheIncrementRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_flush(
        self,
        request: CachePrefixRequest | CachePrefixRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheFlushResult:
        """Flush the cache.

        Forgets all keys, or those with a prefix.

        POST /cache/flush

        Args:
            request: Which keys.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_flush as _operation

        _body = as_model(models.CachePrefixRequest, {} if request is None else request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_keys(
        self,
        request: CachePrefixRequest | CachePrefixRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheKeysResult:
        """Get the keys of the cache.

        Answers all keys, or those with a prefix, in one answer that may be cut; cache_list walks
        them all.

        POST /cache/keys

        Args:
            request: Which keys.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_keys as _operation

        _body = as_model(models.CachePrefixRequest, {} if request is None else request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def cache_list(
        self,
        request: CacheListRequest | CacheListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheListResult:
        """List the keys of the cache.

        Answers a page of keys with the time each is forgotten.

        POST /cache/list

        Args:
            request: Which page of keys.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_list as _operation

        _body = as_model(models.CacheListRequest, {} if request is None else request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    @veneer.check_keywords(*PAGE_OPTIONS)
    def cache_list_iter(
        self,
        request: CacheListRequest | CacheListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[PageCallOptions],
    ) -> veneer.Pager[CacheKey]:
        """List the keys of the cache.

        Iterates over the rows of all pages; page options are those of `paginate`.

        Answers a page of keys with the time each is forgotten.

        POST /cache/list

        Args:
            request: Which page of keys.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.cache import cache_list as _operation

        _body = as_model(models.CacheListRequest, {} if request is None else request)

        _page_options = take_page_options(options)
        _bound = veneer.bind(_operation, body=_body)
        return with_options(self._client, retries, options).paginate(_bound, **_page_options)
