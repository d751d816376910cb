"""The hybriDB client: decide, execute, roll back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, Unpack

from veneer._async.client import AsyncClient
from veneer._platforms import given
from veneer._platforms.hybridb import PLATFORM

# Every namespace is loaded by the first call of one of its operations.
if TYPE_CHECKING:
    from veneer._async.hybridb.actors import AsyncActors
    from veneer._async.hybridb.audit import AsyncAudit
    from veneer._async.hybridb.auth import AsyncAuth, AsyncLogin
    from veneer._async.hybridb.decisions import AsyncDecisions
    from veneer._async.hybridb.events import AsyncEvents
    from veneer._async.hybridb.orgs import AsyncOrgs
    from veneer._async.hybridb.pipelines import AsyncPipelines
    from veneer._async.hybridb.reversibility import AsyncReversibility
    from veneer._async.settings import AsyncSettings
    from veneer._platforms.hybridb_models import Tokens
    from veneer_generated.hybridb.models.decision import Decision
    from veneer_generated.hybridb.models.execution import Execution
    from veneer_generated.hybridb.models.health import Health
    from veneer_generated.hybridb.models.rollback_result import RollbackResult

__all__ = ["AsyncHybriDBClient"]


class AsyncHybriDBClient(AsyncClient):
    """A client of hybriDB.

        async with AsyncHybriDBClient() as client:          # HDB_BASE_URL, HDB_API_KEY
            decision = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})

    The key comes from `api_key=` or HDB_API_KEY, the address from `base_url=` or HDB_BASE_URL; each step of an attempt may take 10 s. People sign in with `from_login` or
    `from_refresh_token`. Answers are unwrapped from the platform's envelope; a failure in it raises HybriDBError with its `code`, whatever the HTTP status.

    | namespace | what |
    |---|---|
    | decisions | ask the policy |
    | pipelines | define, execute, trigger, wait; circuit breakers |
    | reversibility | rollback, replay, checkpoints |
    | events, audit | publish; read the trail |
    | actors, orgs, auth | keys and identities; memberships; tokens |

    Raises ConfigurationError for arguments that cannot work, a missing key among them. Everything else is as in `veneer.AsyncClient`.
    """

    _platform = PLATFORM

    @classmethod
    def from_login(
        cls,
        email: str,
        password: str,
        *,
        org_id: str | None = None,
        base_url: str | None = None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[AsyncSettings],
    ) -> Self:
        """Make a client for a person: it signs in at the first call and renews its token when it expires, one renewal for all calls that wait for it.

        `on_tokens` hears of each new pair. POST /api/v1/auth/token, POST /api/v1/auth/refresh
        """
        from veneer._async.hybridb.auth import AsyncLogin
        from veneer_generated.hybridb.models.token_request import TokenRequest

        login = AsyncLogin(TokenRequest(email, password, **given(org_id=org_id)), None, on_tokens)
        return cls._signed_in(login, base_url, settings)

    @classmethod
    def from_refresh_token(
        cls,
        token: str,
        *,
        base_url: str | None = None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[AsyncSettings],
    ) -> Self:
        """Make a client from a refresh token, which is good for one new pair: keep what `on_tokens` hears for the next time. Otherwise as `from_login`."""
        from veneer._async.hybridb.auth import AsyncLogin

        return cls._signed_in(AsyncLogin(None, token, on_tokens), base_url, settings)

    @classmethod
    def _signed_in(cls, login: AsyncLogin, base_url: str | None, settings: AsyncSettings) -> Self:
        settings["refresh_token"] = login.renew
        client = cls(base_url, api_key=login.access_token, **settings)
        login.client = client
        return client

    @property
    def decisions(self) -> AsyncDecisions:
        """Policy decisions."""
        from veneer._async.hybridb.decisions import AsyncDecisions

        return AsyncDecisions(self)

    @property
    def pipelines(self) -> AsyncPipelines:
        """Pipelines, executions and circuit breakers."""
        from veneer._async.hybridb.pipelines import AsyncPipelines

        return AsyncPipelines(self)

    @property
    def reversibility(self) -> AsyncReversibility:
        """Rollback, replay and checkpoints."""
        from veneer._async.hybridb.reversibility import AsyncReversibility

        return AsyncReversibility(self)

    @property
    def events(self) -> AsyncEvents:
        """The event bus."""
        from veneer._async.hybridb.events import AsyncEvents

        return AsyncEvents(self)

    @property
    def audit(self) -> AsyncAudit:
        """The audit trail."""
        from veneer._async.hybridb.audit import AsyncAudit

        return AsyncAudit(self)

    @property
    def actors(self) -> AsyncActors:
        """API keys and identities of actors."""
        from veneer._async.hybridb.actors import AsyncActors

        return AsyncActors(self)

    @property
    def orgs(self) -> AsyncOrgs:
        """Memberships of organisations."""
        from veneer._async.hybridb.orgs import AsyncOrgs

        return AsyncOrgs(self)

    @property
    def auth(self) -> AsyncAuth:
        """Tokens."""
        from veneer._async.hybridb.auth import AsyncAuth

        return AsyncAuth(self)

    async def request_decision(
        self,
        decision_type: str,
        action: str,
        input_data: Mapping[str, Any],
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision:
        """Ask whether an action may be done; see `decisions.request`. POST /api/v1/decisions"""
        return await self.decisions.request(
            decision_type,
            action,
            input_data,
            idempotency_key,
            resource_type=resource_type,
            resource_id=resource_id,
        )

    async def get_decision(self, decision_id: str) -> Decision:
        """Give a decision as it was made. GET /api/v1/decisions/{decisionId}"""
        return await self.decisions.get(decision_id)

    async def trigger_pipeline(
        self,
        pipeline_name: str,
        input_data: Mapping[str, Any],
        decision_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Execution:
        """Execute a pipeline by its name; see `pipelines.execute`. POST /api/v1/pipelines/{name}/execute"""
        return await self.pipelines.execute(pipeline_name, input_data, decision_id, idempotency_key)

    async def rollback(self, execution_id: str, reason: str | None = None) -> RollbackResult:
        """Undo a completed execution; see `reversibility.rollback`. POST /api/v1/executions/{executionId}/rollback"""
        return await self.reversibility.rollback(execution_id, reason)

    async def health(self) -> Health:
        """Check that the platform answers; sends no credential. GET /health"""
        from veneer_generated.hybridb.api.system import get_health

        return (await self.call(get_health)).data
