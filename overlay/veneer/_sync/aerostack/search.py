# Derived from overlay/veneer/_async/aerostack/search.py by scripts/unasync.py: edit that file, not this one.
"""Search by meaning in Aerostack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer._sync.aerostack.client import Namespace
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

__all__ = ["Search"]


class Search(Namespace):
    """The part of `sdk.ai` that finds documents by meaning."""

    def ai_search_ingest(
        self,
        request: SearchIngestRequest | SearchIngestRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Index a document, in place of one with the same id: POST /ai/search/ingest."""
        return self._view(retries, options).call(ai_search_ingest, body=body(SearchIngestRequest, request))

    def ai_search_query(
        self,
        request: SearchQueryRequest | SearchQueryRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchQueryResult:
        """Find the documents nearest in meaning to a text, best first: POST /ai/search/query."""
        return self._view(retries, options).call(ai_search_query, body=body(SearchQueryRequest, request))

    def ai_search_update(
        self,
        request: SearchUpdateRequest | SearchUpdateRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Replace a document's text: POST /ai/search/update."""
        return self._view(retries, options).call(ai_search_update, body=body(SearchUpdateRequest, request))

    def ai_search_get(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchGetResult:
        """Get a document; `exists` says whether there is one: POST /ai/search/get."""
        return self._view(retries, options).call(ai_search_get, body=body(SearchDocumentRequest, request))

    def ai_search_count(
        self,
        request: SearchCountRequest | SearchCountRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchCountResult:
        """Count the documents, of one type or all: POST /ai/search/count."""
        return self._view(retries, options).call(ai_search_count, body=body(SearchCountRequest, request))

    def ai_search_delete(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a document: POST /ai/search/delete."""
        return self._view(retries, options).call(ai_search_delete, body=body(SearchDocumentRequest, request))

    def ai_search_delete_by_type(
        self,
        request: SearchTypeRequest | SearchTypeRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete all documents of a type: POST /ai/search/deleteByType."""
        return self._view(retries, options).call(
            ai_search_delete_by_type, body=body(SearchTypeRequest, request)
        )

    def ai_search_list_types(
        self, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> SearchTypesResult:
        """List the types of documents with how many there are: GET /ai/search/listTypes."""
        return self._view(retries, options).call(ai_search_list_types)

    def ai_search_configure(
        self,
        request: SearchConfigureRequest | SearchConfigureRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Choose the model that embeds texts: POST /ai/search/configure."""
        return self._view(retries, options).call(
            ai_search_configure, body=body(SearchConfigureRequest, request)
        )
