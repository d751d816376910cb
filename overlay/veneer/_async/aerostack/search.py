"""Search by meaning in Aerostack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer_generated.aerostack.api.search import (
    ai_search_configure,
    ai_search_count,
    ai_search_delete,
    ai_search_delete_by_type,
    ai_search_get,
    ai_search_ingest,
    ai_search_list_types,
    ai_search_query,
    ai_search_update,
)
from veneer_generated.aerostack.models.search_configure_request import SearchConfigureRequest
from veneer_generated.aerostack.models.search_count_request import SearchCountRequest
from veneer_generated.aerostack.models.search_count_result import SearchCountResult
from veneer_generated.aerostack.models.search_document_request import SearchDocumentRequest
from veneer_generated.aerostack.models.search_get_result import SearchGetResult
from veneer_generated.aerostack.models.search_ingest_request import SearchIngestRequest
from veneer_generated.aerostack.models.search_query_request import SearchQueryRequest
from veneer_generated.aerostack.models.search_query_result import SearchQueryResult
from veneer_generated.aerostack.models.search_type_request import SearchTypeRequest
from veneer_generated.aerostack.models.search_types_result import SearchTypesResult
from veneer_generated.aerostack.models.search_update_request import SearchUpdateRequest
from veneer_generated.aerostack.models.success import Success

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import (
        SearchConfigureRequestDict,
        SearchCountRequestDict,
        SearchDocumentRequestDict,
        SearchIngestRequestDict,
        SearchQueryRequestDict,
        SearchTypeRequestDict,
        SearchUpdateRequestDict,
    )

__all__ = ["AsyncSearch"]


class AsyncSearch(AsyncNamespace):
    """The part of `sdk.ai` that finds documents by meaning."""

    async def ai_search_ingest_async(
        self,
        request: SearchIngestRequest | SearchIngestRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Index a document, in place of one with the same id: POST /ai/search/ingest."""
        return await self._async_view(retries, options).call(
            ai_search_ingest, body=body(SearchIngestRequest, request)
        )

    async def ai_search_query_async(
        self,
        request: SearchQueryRequest | SearchQueryRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchQueryResult:
        """Find the documents nearest in meaning to a text, best first: POST /ai/search/query."""
        return await self._async_view(retries, options).call(
            ai_search_query, body=body(SearchQueryRequest, request)
        )

    async def ai_search_update_async(
        self,
        request: SearchUpdateRequest | SearchUpdateRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Replace a document's text: POST /ai/search/update."""
        return await self._async_view(retries, options).call(
            ai_search_update, body=body(SearchUpdateRequest, request)
        )

    async def ai_search_get_async(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchGetResult:
        """Get a document; `exists` says whether there is one: POST /ai/search/get."""
        return await self._async_view(retries, options).call(
            ai_search_get, body=body(SearchDocumentRequest, request)
        )

    async def ai_search_count_async(
        self,
        request: SearchCountRequest | SearchCountRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchCountResult:
        """Count the documents, of one type or all: POST /ai/search/count."""
        return await self._async_view(retries, options).call(
            ai_search_count, body=body(SearchCountRequest, request)
        )

    async def ai_search_delete_async(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a document: POST /ai/search/delete."""
        return await self._async_view(retries, options).call(
            ai_search_delete, body=body(SearchDocumentRequest, request)
        )

    async def ai_search_delete_by_type_async(
        self,
        request: SearchTypeRequest | SearchTypeRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete all documents of a type: POST /ai/search/deleteByType."""
        return await self._async_view(retries, options).call(
            ai_search_delete_by_type, body=body(SearchTypeRequest, request)
        )

    async def ai_search_list_types_async(
        self, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> SearchTypesResult:
        """List the types of documents with how many there are: GET /ai/search/listTypes."""
        return await self._async_view(retries, options).call(ai_search_list_types)

    async def ai_search_configure_async(
        self,
        request: SearchConfigureRequest | SearchConfigureRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Choose the model that embeds texts: POST /ai/search/configure."""
        return await self._async_view(retries, options).call(
            ai_search_configure, body=body(SearchConfigureRequest, request)
        )
