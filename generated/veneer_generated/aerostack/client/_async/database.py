# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import with_options

if TYPE_CHECKING:
    from veneer.speakeasy import CallOptions, Retries
    from veneer_generated.aerostack.client.params import DbBatchRequestParam, DbQueryRequestParam
    from veneer_generated.aerostack.models import DbBatchRequest, DbBatchResult, DbQueryRequest, DbQueryResult


class AsyncDatabase(veneer.MethodGroup):
    """SQL."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._async_client = client

    async def db_query_async(
        self,
        request: DbQueryRequest | DbQueryRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbQueryResult:
        """Execute SQL query.

        Runs one statement, which may write.

        POST /db/query

        Args:
            request: A statement.

        Raises:
            BadRequestError: 400: The request does not fit.
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            ServerError: 500: The database failed.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.database import db_query as _operation

        _body = as_model(models.DbQueryRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def db_batch_async(
        self,
        request: DbBatchRequest | DbBatchRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbBatchResult:
        """Execute SQL queries.

        Runs up to 25 statements.

        POST /db/batch

        Args:
            request: Statements to run together.

        Raises:
            BadRequestError: 400: The request does not fit.
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            ServerError: 500: The database failed.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.database import db_batch as _operation

        _body = as_model(models.DbBatchRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)
