"""Aerostack's SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer_generated.aerostack.api.database import db_batch, db_query
from veneer_generated.aerostack.models.db_batch_request import DbBatchRequest
from veneer_generated.aerostack.models.db_batch_result import DbBatchResult
from veneer_generated.aerostack.models.db_query_request import DbQueryRequest
from veneer_generated.aerostack.models.db_query_result import DbQueryResult

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import DbBatchRequestDict, DbQueryRequestDict

__all__ = ["AsyncDatabase"]


class AsyncDatabase(AsyncNamespace):
    """`sdk.database`: SQL."""

    async def db_query_async(
        self,
        request: DbQueryRequest | DbQueryRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbQueryResult:
        """Run one statement: POST /db/query.

        Raises ErrorResponse: 400 for SQL that does not run, 500 for a database that fails. Never repeated when it is unknown whether it ran: it may write.
        """
        return await self._async_view(retries, options).call(db_query, body=body(DbQueryRequest, request))

    async def db_batch_async(
        self,
        request: DbBatchRequest | DbBatchRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbBatchResult:
        """Run up to 25 statements, each with its own result: POST /db/batch.

        A statement that failed is an entry whose `success` is false. Raises ErrorResponse: 400, 500.
        """
        return await self._async_view(retries, options).call(db_batch, body=body(DbBatchRequest, request))
