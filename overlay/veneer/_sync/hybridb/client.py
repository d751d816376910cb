# Derived from overlay/veneer/_async/hybridb/client.py by scripts/unasync.py: edit that file, not this one.
"""The hybriDB client: decide, execute, roll back."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, Unpack, overload

from veneer._core.auth import Key
from veneer._core.options import Timeouts
from veneer._platforms import given, whole
from veneer._platforms.hybridb import PLATFORM
from veneer._sync.client import Client

# Every namespace is loaded by the first call of one of its operations.
if TYPE_CHECKING:
    from veneer._platforms.hybridb_models import AuditQueryParams, Tokens
    from veneer._sync.hybridb.actors import Actors
    from veneer._sync.hybridb.audit import Audit
    from veneer._sync.hybridb.auth import Auth, Login
    from veneer._sync.hybridb.decisions import Decisions
    from veneer._sync.hybridb.events import Events
    from veneer._sync.hybridb.orgs import Orgs
    from veneer._sync.hybridb.pipelines import Pipelines
    from veneer._sync.hybridb.reversibility import Reversibility
    from veneer._sync.settings import Settings
    from veneer_generated.hybridb.models.audit_page import AuditPage
    from veneer_generated.hybridb.models.decision import Decision
    from veneer_generated.hybridb.models.decision_request import DecisionRequest
    from veneer_generated.hybridb.models.event import Event
    from veneer_generated.hybridb.models.execute_pipeline_request import ExecutePipelineRequest
    from veneer_generated.hybridb.models.execution import Execution
    from veneer_generated.hybridb.models.health import Health
    from veneer_generated.hybridb.models.publish_event_request import PublishEventRequest
    from veneer_generated.hybridb.models.rollback_request import RollbackRequest
    from veneer_generated.hybridb.models.rollback_result import RollbackResult

__all__ = ["HybriDBClient"]


class HybriDBClient(Client):
    """A client of hybriDB.

        with HybriDBClient() as client:          # HDB_BASE_URL, HDB_API_KEY
            decision = client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})

    The key comes from `api_key=` or HDB_API_KEY, the address from `base_url=` or HDB_BASE_URL. `timeout` is `timeouts` (each step of an attempt, 10 s),
    `retries` is `max_retries` (3), `retry_delay` the bound of the first wait between attempts (seconds). People sign in with `from_login` or `from_refresh_token`. Answers are unwrapped from the platform's envelope; a failure in it raises HybriDBError with its `code`, whatever the HTTP status.

    | namespace | what |
    |---|---|
    | decisions | ask the policy |
    | pipelines | define, execute, trigger, wait; circuit breakers |
    | reversibility | rollback, replay, checkpoints |
    | events, audit | publish; read the trail |
    | actors, orgs, auth | keys and identities; memberships; tokens |

    Raises ConfigurationError for arguments that cannot work, a missing key among them. Everything else is as in `veneer.Client`.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        timeout: float | Timeouts | None = PLATFORM.timeouts,
        retries: int | None = None,
        retry_delay: float | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        settings.setdefault("timeouts", timeout)
        settings.setdefault("max_retries", retries)
        if retry_delay is not None:
            settings["retry"] = dataclasses.replace(settings.get("retry") or PLATFORM.retry, base=retry_delay)
        super().__init__(base_url, api_key=api_key, **settings)

    @classmethod
    def from_login(
        cls,
        email: str,
        password: str,
        *,
        org_id: str | None = None,
        base_url: str | None = None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """Make a client for a person: it signs in at the first call and renews its token when it expires, one renewal for all calls that wait for it.

        `on_tokens` hears of each new pair. POST /api/v1/auth/token, POST /api/v1/auth/refresh
        """
        from veneer._sync.hybridb.auth import Login
        from veneer_generated.hybridb.models.token_request import TokenRequest

        login = Login(TokenRequest(email, password, **given(org_id=org_id)), None, on_tokens)
        return cls._signed_in(login, base_url, settings)

    @classmethod
    def from_refresh_token(
        cls,
        token: str,
        *,
        base_url: str | None = None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """Make a client from a refresh token, which is good for one new pair: keep what `on_tokens` hears for the next time. Otherwise as `from_login`."""
        from veneer._sync.hybridb.auth import Login

        return cls._signed_in(Login(None, token, on_tokens), base_url, settings)

    @classmethod
    def _signed_in(cls, login: Login, base_url: str | None, settings: Settings) -> Self:
        settings["refresh_token"] = login.renew
        client = cls(base_url, api_key=login.access_token, **settings)
        login.client = client
        return client

    @property
    def decisions(self) -> Decisions:
        """Policy decisions."""
        from veneer._sync.hybridb.decisions import Decisions

        return Decisions(self)

    @property
    def pipelines(self) -> Pipelines:
        """Pipelines, executions and circuit breakers."""
        from veneer._sync.hybridb.pipelines import Pipelines

        return Pipelines(self)

    @property
    def reversibility(self) -> Reversibility:
        """Rollback, replay and checkpoints."""
        from veneer._sync.hybridb.reversibility import Reversibility

        return Reversibility(self)

    @property
    def events(self) -> Events:
        """The event bus."""
        from veneer._sync.hybridb.events import Events

        return Events(self)

    @property
    def audit(self) -> Audit:
        """The audit trail."""
        from veneer._sync.hybridb.audit import Audit

        return Audit(self)

    @property
    def actors(self) -> Actors:
        """API keys and identities of actors."""
        from veneer._sync.hybridb.actors import Actors

        return Actors(self)

    @property
    def orgs(self) -> Orgs:
        """Memberships of organisations."""
        from veneer._sync.hybridb.orgs import Orgs

        return Orgs(self)

    @property
    def auth(self) -> Auth:
        """Tokens."""
        from veneer._sync.hybridb.auth import Auth

        return Auth(self)

    # Where the published package has one object for a request, it may be given in place of its fields.

    @overload
    def request_decision(self, request: DecisionRequest, /) -> Decision: ...

    @overload
    def request_decision(
        self,
        decision_type: str,
        action: str,
        input_data: Mapping[str, Any],
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision: ...

    def request_decision(
        self,
        decision_type: str | DecisionRequest,
        action: str | None = None,
        input_data: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision:
        """Ask whether an action may be done; see `decisions.request`. POST /api/v1/decisions"""
        if not isinstance(decision_type, str):
            from veneer_generated.hybridb.api.decisions import request_decision

            return whole(self.call(request_decision, body=decision_type)).data
        if action is None or input_data is None:
            raise TypeError(
                "request_decision() takes decision_type, action and input_data, or one DecisionInput"
            )
        return self.decisions.request(
            decision_type,
            action,
            input_data,
            idempotency_key,
            resource_type=resource_type,
            resource_id=resource_id,
        )

    def get_decision(self, decision_id: str) -> Decision:
        """Give a decision as it was made. GET /api/v1/decisions/{decisionId}"""
        return self.decisions.get(decision_id)

    def trigger_pipeline(
        self,
        pipeline_name: str,
        input_data: Mapping[str, Any] | ExecutePipelineRequest,
        decision_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Execution:
        """Execute a pipeline by its name; see `pipelines.execute`. POST /api/v1/pipelines/{name}/execute

        With a `TriggerByNameInput` it starts a pipeline by its id, as the published package does.
        POST /api/v1/pipelines/trigger
        """
        if isinstance(input_data, Mapping):
            return self.pipelines.execute(pipeline_name, input_data, decision_id, idempotency_key)
        from veneer_generated.hybridb.api.pipelines import trigger_pipeline
        from veneer_generated.hybridb.models.trigger_pipeline_request import TriggerPipelineRequest

        body = TriggerPipelineRequest.from_dict(
            {"input": {}, **input_data.to_dict(), "pipelineId": pipeline_name}
        )
        return whole(self.call(trigger_pipeline, body=body)).data

    def trigger_pipeline_by_name(self, name: str, input: ExecutePipelineRequest) -> Execution:  # noqa: A002  # the published name
        """Execute a pipeline by its name; see `pipelines.execute`. POST /api/v1/pipelines/{name}/execute"""
        from veneer_generated.hybridb.api.pipelines import execute_pipeline

        return whole(self.call(execute_pipeline, name, body=input)).data

    def get_pipeline_execution(self, execution_id: str) -> Execution:
        """Return an execution; see `pipelines.get_execution`. GET /api/v1/pipelines/executions/{executionId}"""
        return self.pipelines.get_execution(execution_id)

    def publish_event(self, input: PublishEventRequest) -> Event:  # noqa: A002  # the published name
        """Publish an event; see `events.publish`. POST /api/v1/events/publish"""
        from veneer_generated.hybridb.api.events import publish_event

        return whole(self.call(publish_event, body=input)).data

    def query_audit_log(self, params: AuditQueryParams) -> AuditPage:
        """Return one page of the audit trail; see `audit.list`. GET /api/v1/audit/actions"""
        return self.audit.list(**params)

    def authenticate(self, email: str, password: str, org_id: str | None = None) -> Tokens:
        """Exchange e-mail and password for tokens; see `auth.create_token`. POST /api/v1/auth/token"""
        return self.auth.create_token(email, password, org_id=org_id)

    def refresh_token(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token for a new pair; see `auth.refresh_token`. POST /api/v1/auth/refresh"""
        return self.auth.refresh_token(refresh_token)

    def revoke_session(self) -> None:
        """End the session of the client's token; see `auth.revoke_token`. DELETE /api/v1/auth/token"""
        self.auth.revoke_token()

    def rollback(self, execution_id: str, reason: str | RollbackRequest | None = None) -> RollbackResult:
        """Undo a completed execution; see `reversibility.rollback`. POST /api/v1/executions/{executionId}/rollback"""
        return self.reversibility.rollback(execution_id, reason)

    def health(self) -> Health:
        """Check that the platform answers; sends no credential. GET /health"""
        from veneer_generated.hybridb.api.system import get_health

        return whole(self.call(get_health)).data
