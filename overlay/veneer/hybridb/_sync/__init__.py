# Derived from overlay/veneer/hybridb/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The hybriDB client: its documented methods beyond the contract."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, Unpack

import veneer
from veneer._core.checks import take_alias
from veneer.hybridb.platform import PLATFORM
from veneer_generated.hybridb.client import _sync as derived

if TYPE_CHECKING:
    from veneer._core.auth import Key
    from veneer._core.options import Timeouts
    from veneer._sync.settings import Settings
    from veneer.hybridb._sync.login import Login
    from veneer.hybridb.types import AuditQueryParams
    from veneer_generated.hybridb.client.results import Tokens
    from veneer_generated.hybridb.models import AuditPage, ExecutePipelineRequest, Execution

__all__ = ["HybriDBClient"]


class HybriDBClient(derived.HybriDBClient):
    """A client of hybriDB.

        with HybriDBClient() as client:  # HDB_BASE_URL, HDB_API_KEY
            decision = client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})

    The key comes from `api_key=` or HDB_API_KEY, the address from `base_url=` or HDB_BASE_URL.
    `timeout` is 10 s here; `retries` is `max_retries` (3), `retry_delay` the bound of the first
    wait between attempts (seconds). People sign in with `from_login` or `from_refresh_token`.
    Responses are unwrapped from the platform's envelope; a failure in it raises HybriDBError with
    its `code`, whatever the HTTP status.

    Raises ConfigurationError for invalid arguments or a missing key. Everything
    else is as in `veneer.Client`.
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
        take_alias(settings, "max_retries", "retries", retries)
        if retry_delay is not None:
            settings["retry"] = dataclasses.replace(settings.get("retry") or PLATFORM.retry, base=retry_delay)
        super().__init__(base_url, api_key=api_key, timeout=timeout, **settings)

    @classmethod
    def from_login(
        cls,
        email: str,
        password: str,
        *,
        org_id: str | None = None,
        base_url: str | None = None,
        timeout: float | Timeouts | None = PLATFORM.timeouts,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """Return a client for a person.

        It signs in on the first call, and renews its token when it expires: one renewal for all
        calls that wait for it. `on_tokens` is called with each new pair.

        POST /api/v1/auth/token, POST /api/v1/auth/refresh
        """
        from veneer.hybridb._sync.login import Login

        return cls._signed_in(Login((email, password, org_id), None, on_tokens), base_url, timeout, settings)

    @classmethod
    def from_refresh_token(
        cls,
        token: str,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = PLATFORM.timeouts,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """Return a client for a refresh token, which is valid for one new pair.

        Keep the pair that `on_tokens` gets for the next time. All else is as in `from_login`.
        """
        from veneer.hybridb._sync.login import Login

        return cls._signed_in(Login(None, token, on_tokens), base_url, timeout, settings)

    @classmethod
    def _signed_in(
        cls,
        login: Login,
        base_url: str | None,
        timeout: float | Timeouts | None,
        settings: Settings,
    ) -> Self:
        settings["refresh_token"] = login.renew
        client = cls(base_url, api_key=login.access_token, timeout=timeout, **settings)
        login.client = client
        return client

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
        from veneer_generated.hybridb.models import TriggerPipelineRequest

        # The whole model, so that no member is lost, whether the caller added it or it is new.
        body = TriggerPipelineRequest.from_dict(
            {"input": {}, **input_data.to_dict(), "pipelineId": pipeline_name}
        )
        return veneer.whole(self.call(trigger_pipeline, body=body)).data

    def query_audit_log(self, params: AuditQueryParams) -> AuditPage:
        """Return one page of the audit trail; see `audit.list`. GET /api/v1/audit/actions"""
        return self.audit.get_page(**params)
