# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The client of hybriDB, async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import veneer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veneer_generated.hybridb.client._async.actors import AsyncActors
    from veneer_generated.hybridb.client._async.audit import AsyncAudit
    from veneer_generated.hybridb.client._async.auth import AsyncAuth
    from veneer_generated.hybridb.client._async.decisions import AsyncDecisions
    from veneer_generated.hybridb.client._async.events import AsyncEvents
    from veneer_generated.hybridb.client._async.orgs import AsyncOrgs
    from veneer_generated.hybridb.client._async.pipelines import AsyncPipelines
    from veneer_generated.hybridb.client._async.reversibility import AsyncReversibility
    from veneer_generated.hybridb.client.params import ExecutePipelineRequestParam, PublishEventRequestParam
    from veneer_generated.hybridb.client.results import Tokens
    from veneer_generated.hybridb.models import (
        Decision,
        DecisionRequest,
        Event,
        ExecutePipelineRequest,
        Execution,
        Health,
        PublishEventRequest,
        RollbackRequest,
        RollbackRequestRollbackType,
        RollbackResult,
    )


class AsyncHybriDBClient(veneer.AsyncClient):
    """A client of hybriDB. Its arguments are those of `veneer.AsyncClient`.

    Decide, execute, roll back: every action asks for a decision first, runs as a pipeline with checkpoints, can be rolled back for 30 minutes, and leaves an audit entry."""

    @property
    def auth(self) -> AsyncAuth:
        """Tokens for people; services use an API key."""
        from veneer_generated.hybridb.client._async.auth import AsyncAuth

        return AsyncAuth(self)

    @property
    def decisions(self) -> AsyncDecisions:
        """Policy decisions, asked for before an action."""
        from veneer_generated.hybridb.client._async.decisions import AsyncDecisions

        return AsyncDecisions(self)

    @property
    def pipelines(self) -> AsyncPipelines:
        """Pipeline definitions, their triggers and circuit breakers."""
        from veneer_generated.hybridb.client._async.pipelines import AsyncPipelines

        return AsyncPipelines(self)

    @property
    def reversibility(self) -> AsyncReversibility:
        """Checkpoints, rollback and replay of executions."""
        from veneer_generated.hybridb.client._async.reversibility import AsyncReversibility

        return AsyncReversibility(self)

    @property
    def events(self) -> AsyncEvents:
        """The event bus."""
        from veneer_generated.hybridb.client._async.events import AsyncEvents

        return AsyncEvents(self)

    @property
    def audit(self) -> AsyncAudit:
        """The immutable audit trail."""
        from veneer_generated.hybridb.client._async.audit import AsyncAudit

        return AsyncAudit(self)

    @property
    def actors(self) -> AsyncActors:
        """API keys and external identities of actors."""
        from veneer_generated.hybridb.client._async.actors import AsyncActors

        return AsyncActors(self)

    @property
    def orgs(self) -> AsyncOrgs:
        """Memberships of organisations."""
        from veneer_generated.hybridb.client._async.orgs import AsyncOrgs

        return AsyncOrgs(self)

    async def authenticate(self, email: str, password: str, *, org_id: str | None = None) -> Tokens:
        """Sign in with e-mail and password.

        Answers a short-lived access token and the refresh token that renews it.

        POST /api/v1/auth/token

        Args:
            email: The e-mail address of the account.
            password: The password of the account.
            org_id: The organisation to act in, when there are several.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.auth import create_token as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.TokenRequest(
            email=email,
            password=password,
            org_id=UNSET if org_id is None else org_id,
        )

        from veneer_generated.hybridb.client.results import Tokens as _View

        return _View.of(veneer.whole(await self.call(_operation, body=_body)).data)

    async def revoke_session(self) -> None:
        """End the session of the token that is sent.

        Revokes the token that the request carries.

        DELETE /api/v1/auth/token

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.auth import revoke_token as _operation

        await self.call(_operation)

    async def refresh_token(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for a new pair.

        Called when the access token has expired (TOKEN_EXPIRED).

        POST /api/v1/auth/refresh

        Args:
            refresh_token: The refresh token of the last pair.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.auth import refresh_token as _operation

        _body = models.RefreshRequest(
            refresh_token=refresh_token,
        )

        from veneer_generated.hybridb.client.results import Tokens as _View

        return _View.of(veneer.whole(await self.call(_operation, body=_body)).data)

    @overload
    async def request_decision(self, request: DecisionRequest, /) -> Decision: ...

    @overload
    async def request_decision(
        self,
        decision_type: str,
        action: str,
        input_data: Mapping[str, Any],
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision: ...

    async def request_decision(
        self,
        decision_type: str | DecisionRequest,
        action: str | None = None,
        input_data: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision:
        """Ask for a decision on an action.

        The policy answers approved, blocked or escalated. A decision is good for one trigger. The
        same `idempotencyKey` with the same body gets the first answer again; with another body it
        is refused (409 IDEMPOTENCY_CONFLICT).

        POST /api/v1/decisions

        Args:
            decision_type: The kind of decision.
            action: The action that waits for it.
            input_data: What the policy looks at.
            idempotency_key: Makes a repetition of this call get the first answer.
            resource_type: The kind of thing acted on.
            resource_id: The thing acted on.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.decisions import request_decision as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(decision_type, models.DecisionRequest):
            if (
                action is not None
                or input_data is not None
                or idempotency_key is not None
                or resource_type is not None
                or resource_id is not None
            ):
                raise TypeError("request_decision() takes one DecisionRequest or its members, not both")
            _body = decision_type
        else:
            if action is None or input_data is None:
                raise TypeError(
                    "request_decision() takes decision_type, action and input_data, or one DecisionRequest"
                )
            _body = models.DecisionRequest(
                decision_type=decision_type,
                action=action,
                input_data=as_dict(input_data),
                resource_type=UNSET if resource_type is None else resource_type,
                resource_id=UNSET if resource_id is None else resource_id,
                idempotency_key=UNSET if idempotency_key is None else idempotency_key,
            )

        return veneer.whole(await self.call(_operation, body=_body)).data

    async def get_decision(self, decision_id: str) -> Decision:
        """Get a decision.

        Answers a decision as it was made.

        GET /api/v1/decisions/{decisionId}

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.decisions import get_decision as _operation

        return veneer.whole(await self.call(_operation, decision_id)).data

    async def trigger_pipeline_by_name(
        self, name: str, input: ExecutePipelineRequest | ExecutePipelineRequestParam
    ) -> Execution:
        """Execute a pipeline by its name.

        Starts an execution. An escalated decision answers 202 with the failure envelope
        DECISION_ESCALATED; a decision that was used before answers 409 DECISION_ALREADY_CONSUMED.

        POST /api/v1/pipelines/{name}/execute

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            ServerError: 503: The service, or the circuit of this pipeline, is down
                (SERVICE_UNAVAILABLE, CIRCUIT_BREAKER_OPEN).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_model
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import execute_pipeline as _operation

        _body = as_model(models.ExecutePipelineRequest, input)

        return veneer.whole(await self.call(_operation, name, body=_body)).data

    async def get_pipeline_execution(self, execution_id: str) -> Execution:
        """Get an execution.

        Answers the state of an execution and, when known, of its steps.

        GET /api/v1/pipelines/executions/{executionId}

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.pipelines import get_execution as _operation

        return veneer.whole(await self.call(_operation, execution_id)).data

    async def rollback(
        self,
        execution_id: str,
        reason: str | None | RollbackRequest = None,
        *,
        rollback_type: RollbackRequestRollbackType | None = None,
        target_steps: Sequence[str] | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> RollbackResult:
        """Roll an execution back.

        Runs the compensation steps, of all steps, of some, or down to a checkpoint. Possible once,
        within 30 minutes of completion (409 ROLLBACK_ALREADY_COMPLETED, ROLLBACK_WINDOW_EXPIRED).

        POST /api/v1/executions/{executionId}/rollback

        Args:
            reason: Why.
            rollback_type: All steps, those of targetSteps, or all after checkpointId.
            target_steps: The steps of a selective rollback.
            checkpoint_id: Where a to_checkpoint rollback stops.
            metadata: Kept with the rollback.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict, as_list
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.executions import rollback_execution as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(reason, models.RollbackRequest):
            if (
                rollback_type is not None
                or target_steps is not None
                or checkpoint_id is not None
                or metadata is not None
            ):
                raise TypeError("rollback() takes one RollbackRequest or its members, not both")
            _body = reason
        else:
            _body = models.RollbackRequest(
                reason=UNSET if reason is None else reason,
                rollback_type=UNSET if rollback_type is None else rollback_type,
                target_steps=UNSET if target_steps is None else as_list(target_steps),
                checkpoint_id=UNSET if checkpoint_id is None else checkpoint_id,
                metadata=UNSET if metadata is None else as_dict(metadata),
            )

        return veneer.whole(await self.call(_operation, execution_id, body=_body)).data

    async def publish_event(self, input: PublishEventRequest | PublishEventRequestParam) -> Event:
        """Publish an event.

        Puts a typed event on the bus.

        POST /api/v1/events/publish

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_model
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.events import publish_event as _operation

        _body = as_model(models.PublishEventRequest, input)

        return veneer.whole(await self.call(_operation, body=_body)).data

    async def health(self) -> Health:
        """Check that the platform answers.

        Needs no credentials.

        GET /health

        Raises:
            ServerError: 503: The service, or the circuit of this pipeline, is down
                (SERVICE_UNAVAILABLE, CIRCUIT_BREAKER_OPEN).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.system import get_health as _operation

        return veneer.whole(await self.call(_operation)).data
