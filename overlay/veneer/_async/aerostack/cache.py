"""Aerostack's cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._core.call import check_keywords
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer_generated.aerostack.api.cache import (
    cache_delete,
    cache_delete_many,
    cache_expire,
    cache_flush,
    cache_get,
    cache_get_many,
    cache_increment,
    cache_keys,
    cache_list,
    cache_set,
    cache_set_many,
)
from veneer_generated.aerostack.models.cache_delete_many_request import CacheDeleteManyRequest
from veneer_generated.aerostack.models.cache_delete_many_result import CacheDeleteManyResult
from veneer_generated.aerostack.models.cache_expire_request import CacheExpireRequest
from veneer_generated.aerostack.models.cache_flush_result import CacheFlushResult
from veneer_generated.aerostack.models.cache_get_many_request import CacheGetManyRequest
from veneer_generated.aerostack.models.cache_get_many_result import CacheGetManyResult
from veneer_generated.aerostack.models.cache_get_result import CacheGetResult
from veneer_generated.aerostack.models.cache_increment_request import CacheIncrementRequest
from veneer_generated.aerostack.models.cache_increment_result import CacheIncrementResult
from veneer_generated.aerostack.models.cache_key import CacheKey
from veneer_generated.aerostack.models.cache_key_request import CacheKeyRequest
from veneer_generated.aerostack.models.cache_keys_result import CacheKeysResult
from veneer_generated.aerostack.models.cache_list_request import CacheListRequest
from veneer_generated.aerostack.models.cache_list_result import CacheListResult
from veneer_generated.aerostack.models.cache_prefix_request import CachePrefixRequest
from veneer_generated.aerostack.models.cache_set_many_request import CacheSetManyRequest
from veneer_generated.aerostack.models.cache_set_many_result import CacheSetManyResult
from veneer_generated.aerostack.models.cache_set_request import CacheSetRequest
from veneer_generated.aerostack.models.success import Success

if TYPE_CHECKING:
    from veneer._async.pager import AsyncPager
    from veneer._platforms.aerostack_requests import (
        CacheDeleteManyRequestDict,
        CacheExpireRequestDict,
        CacheGetManyRequestDict,
        CacheIncrementRequestDict,
        CacheKeyRequestDict,
        CacheListRequestDict,
        CachePrefixRequestDict,
        CacheSetManyRequestDict,
        CacheSetRequestDict,
    )

__all__ = ["AsyncCache"]


class AsyncCache(AsyncNamespace):
    """`sdk.cache`: values by key, for a time."""

    async def cache_get_async(
        self,
        request: CacheKeyRequest | CacheKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheGetResult:
        """Get a value; `exists` says whether there is one: POST /cache/get."""
        return await self._async_view(retries, options).call(cache_get, body=body(CacheKeyRequest, request))

    async def cache_set_async(
        self,
        request: CacheSetRequest | CacheSetRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Keep a value, any JSON, for `ttl` seconds or for good: POST /cache/set."""
        return await self._async_view(retries, options).call(cache_set, body=body(CacheSetRequest, request))

    async def cache_delete_async(
        self,
        request: CacheKeyRequest | CacheKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Forget a value: POST /cache/delete."""
        return await self._async_view(retries, options).call(
            cache_delete, body=body(CacheKeyRequest, request)
        )

    async def cache_delete_many_async(
        self,
        request: CacheDeleteManyRequest | CacheDeleteManyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheDeleteManyResult:
        """Forget up to 500 values: POST /cache/deleteMany."""
        return await self._async_view(retries, options).call(
            cache_delete_many, body=body(CacheDeleteManyRequest, request)
        )

    async def cache_get_many_async(
        self,
        request: CacheGetManyRequest | CacheGetManyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheGetManyResult:
        """Get up to 100 values, in the order of the keys: POST /cache/getMany."""
        return await self._async_view(retries, options).call(
            cache_get_many, body=body(CacheGetManyRequest, request)
        )

    async def cache_set_many_async(
        self,
        request: CacheSetManyRequest | CacheSetManyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheSetManyResult:
        """Keep up to 100 values: POST /cache/setMany."""
        return await self._async_view(retries, options).call(
            cache_set_many, body=body(CacheSetManyRequest, request)
        )

    async def cache_expire_async(
        self,
        request: CacheExpireRequest | CacheExpireRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Forget a value in `ttl` seconds: POST /cache/expire."""
        return await self._async_view(retries, options).call(
            cache_expire, body=body(CacheExpireRequest, request)
        )

    async def cache_increment_async(
        self,
        request: CacheIncrementRequest | CacheIncrementRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheIncrementResult:
        """Add to a number and get the sum: POST /cache/increment.

        Never repeated when it is unknown whether it arrived.
        """
        return await self._async_view(retries, options).call(
            cache_increment, body=body(CacheIncrementRequest, request)
        )

    async def cache_flush_async(
        self,
        request: CachePrefixRequest | CachePrefixRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheFlushResult:
        """Forget all values, or those whose key begins with `prefix`: POST /cache/flush."""
        return await self._async_view(retries, options).call(
            cache_flush, body=body(CachePrefixRequest, request)
        )

    async def cache_keys_async(
        self,
        request: CachePrefixRequest | CachePrefixRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheKeysResult:
        """Get the keys in one answer, which `truncated` says is cut; `cache_list_iter` gives them all: POST /cache/keys."""
        return await self._async_view(retries, options).call(
            cache_keys, body=body(CachePrefixRequest, request)
        )

    async def cache_list_async(
        self,
        request: CacheListRequest | CacheListRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> CacheListResult:
        """Get a page of keys with the time each is forgotten (seconds since 1970): POST /cache/list."""
        return await self._async_view(retries, options).call(cache_list, body=body(CacheListRequest, request))

    @check_keywords(*OPTIONS)
    def cache_list_iter_async(
        self,
        request: CacheListRequest | CacheListRequestDict | None = None,
        retries: Retries = None,
        *,
        resume_from: Mapping[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncPager[CacheKey]:
        """Iterate all keys, page by page: POST /cache/list.

        `limit` is the size of a page; `resume_from` is the `state` of an earlier iterator. Raises PaginationLoopError where the server repeats a cursor.
        """
        return self._async_view(retries, options).paginate(
            cache_list, body=body(CacheListRequest, request), resume_from=resume_from
        )
