# Derived from overlay/veneer/_async/aerostack/database.py by scripts/unasync.py: edit that file, not this one.
"""Aerostack's SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer._sync.aerostack.client import Namespace
from veneer_generated.aerostack.api.database import db_batch, db_query
from veneer_generated.aerostack.models.db_batch_request import DbBatchRequest
from veneer_generated.aerostack.models.db_batch_result import DbBatchResult
from veneer_generated.aerostack.models.db_query_request import DbQueryRequest
from veneer_generated.aerostack.models.db_query_result import DbQueryResult

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import DbBatchRequestDict, DbQueryRequestDict

__all__ = ["Database"]


class Database(Namespace):
    """`sdk.database`: SQL."""

    def db_query(
        self,
        request: DbQueryRequest | DbQueryRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbQueryResult:
        """Run one statement: POST /db/query.

        Raises ErrorResponse: 400 for SQL that does not run, 500 for a database that fails. Never repeated when it is unknown whether it ran: it may write.
        """
        return self._view(retries, options).call(db_query, body=body(DbQueryRequest, request))

    def db_batch(
        self,
        request: DbBatchRequest | DbBatchRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> DbBatchResult:
        """Run up to 25 statements, each with its own result: POST /db/batch.

        A statement that failed is an entry whose `success` is false. Raises ErrorResponse: 400, 500.
        """
        return self._view(retries, options).call(db_batch, body=body(DbBatchRequest, request))
