# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Chat with a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import OPTIONS, with_options

if TYPE_CHECKING:
    from veneer.aerostack.results import ChatCompletion, ChatCompletionChunk
    from veneer.speakeasy import CallOptions, Retries
    from veneer_generated.aerostack.client.params import (
        ChatRequestParam,
        SearchConfigureRequestParam,
        SearchCountRequestParam,
        SearchDocumentRequestParam,
        SearchIngestRequestParam,
        SearchQueryRequestParam,
        SearchTypeRequestParam,
        SearchUpdateRequestParam,
    )
    from veneer_generated.aerostack.models import (
        ChatRequest,
        SearchConfigureRequest,
        SearchCountRequest,
        SearchCountResult,
        SearchDocumentRequest,
        SearchGetResult,
        SearchIngestRequest,
        SearchQueryRequest,
        SearchQueryResult,
        SearchTypeRequest,
        SearchTypesResult,
        SearchUpdateRequest,
        Success,
    )


class AsyncAi(veneer.MethodGroup):
    """Chat with a model."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._async_client = client

    async def ai_chat_async(
        self, request: ChatRequest | ChatRequestParam, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> ChatCompletion:
        """Generate AI chat completion.

        Answers as one JSON document, or chunk by chunk when `stream` is true. The stream ends with
        the event `[DONE]`.

        POST /ai/chat

        Args:
            request: A conversation to continue.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.ai import ai_chat as _operation

        _body = as_model(models.ChatRequest, request)
        if _body.stream is True:
            raise veneer.ConfigurationError(
                "this call waits for the whole response; for a stream use ai_chat_stream"
            )

        from veneer.aerostack.results import ChatCompletion as _View

        return _View.of(await with_options(self._async_client, retries, options).call(_operation, body=_body))

    @veneer.check_keywords(*OPTIONS)
    def ai_chat_stream_async(
        self,
        request: ChatRequest | ChatRequestParam,
        retries: Retries = None,
        *,
        rule: veneer.StreamRule | None = None,
        limits: veneer.StreamLimits | None = None,
        strict: bool = False,
        **options: Unpack[CallOptions],
    ) -> veneer.AsyncStream[ChatCompletionChunk]:
        """Generate AI chat completion.

        Iterates over the events as they arrive. Use it as a context manager, which closes the
        stream at its end. `limits` bounds how long the stream may be silent. `rule` says how it
        ends and how it is resumed. See `veneer.StreamLimits` and `veneer.StreamRule`.

        Answers as one JSON document, or chunk by chunk when `stream` is true. The stream ends with
        the event `[DONE]`.

        POST /ai/chat

        Args:
            request: A conversation to continue.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.ai import ai_chat as _operation

        _body = as_model(models.ChatRequest, request)

        from veneer.aerostack.results import ChatCompletionChunk as _Event

        _bound = veneer.bind(_operation, body=_body)
        return with_options(self._async_client, retries, options).stream(
            _bound,
            event=_Event.from_dict,
            rule=rule,
            limits=limits,
            strict=strict,
        )

    async def ai_search_ingest_async(
        self,
        request: SearchIngestRequest | SearchIngestRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Index a document.

        Embeds the text and keeps it with its type and metadata.

        POST /ai/search/ingest

        Args:
            request: A document to index.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_ingest as _operation

        _body = as_model(models.SearchIngestRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_query_async(
        self,
        request: SearchQueryRequest | SearchQueryRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchQueryResult:
        """Search by meaning.

        Answers the documents nearest in meaning to a text.

        POST /ai/search/query

        Args:
            request: What to look for.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_query as _operation

        _body = as_model(models.SearchQueryRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_update_async(
        self,
        request: SearchUpdateRequest | SearchUpdateRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Replace a document.

        Embeds the new text in place of the old.

        POST /ai/search/update

        Args:
            request: The document as it is to be.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_update as _operation

        _body = as_model(models.SearchUpdateRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_get_async(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchGetResult:
        """Get a document.

        Answers a document by its id; one that does not exist is no error.

        POST /ai/search/get

        Args:
            request: A document.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_get as _operation

        _body = as_model(models.SearchDocumentRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_count_async(
        self,
        request: SearchCountRequest | SearchCountRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> SearchCountResult:
        """Count documents.

        Counts all documents, or those of one type.

        POST /ai/search/count

        Args:
            request: What to count.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_count as _operation

        _body = as_model(models.SearchCountRequest, {} if request is None else request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_delete_async(
        self,
        request: SearchDocumentRequest | SearchDocumentRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a document.

        Takes a document out of the index.

        POST /ai/search/delete

        Args:
            request: A document.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_delete as _operation

        _body = as_model(models.SearchDocumentRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_delete_by_type_async(
        self,
        request: SearchTypeRequest | SearchTypeRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete all documents of a type.

        Takes every document of one type out of the index.

        POST /ai/search/deleteByType

        Args:
            request: A kind of document.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_delete_by_type as _operation

        _body = as_model(models.SearchTypeRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def ai_search_list_types_async(
        self, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> SearchTypesResult:
        """List the types of documents.

        Answers every type in the index with its number of documents.

        GET /ai/search/listTypes

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.aerostack.api.search import ai_search_list_types as _operation

        return await with_options(self._async_client, retries, options).call(_operation)

    async def ai_search_configure_async(
        self,
        request: SearchConfigureRequest | SearchConfigureRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Choose the embedding model.

        Sets the model that embeds documents and queries.

        POST /ai/search/configure

        Args:
            request: How to index.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.search import ai_search_configure as _operation

        _body = as_model(models.SearchConfigureRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)
