"""hybriDB's results that must not be shown (tokens and keys), and requests that no schema of the contract has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from veneer._platforms import given
from veneer._platforms.results import Result
from veneer_generated.hybridb.models.audit_outcome import AuditOutcome
from veneer_generated.hybridb.models.execute_pipeline_request import ExecutePipelineRequest
from veneer_generated.hybridb.models.rollback_request import RollbackRequest
from veneer_generated.hybridb.models.rollback_request_rollback_type import RollbackRequestRollbackType

__all__ = ["AuditQueryParams", "InitiateRollbackInput", "NewApiKey", "Tokens", "TriggerByNameInput"]


@dataclass(frozen=True, slots=True)
class Tokens(Result):
    """A signed-in user's tokens, hidden in the repr; the access token lasts `expires_in` seconds, the refresh token is good for one new pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class NewApiKey(Result):
    """A new API key. `secret` is hidden in the repr, and the platform never shows it again."""

    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    scopes: list[str] = field(default_factory=list)
    name: str | None = None
    expires_at: datetime | None = None


class AuditQueryParams(TypedDict, total=False):
    """What `query_audit_log` is asked for; each as in `audit.list`."""

    actor_id: str
    action: str
    outcome: AuditOutcome
    decision_id: str
    session_id: str
    from_: datetime | str
    to: datetime | str
    page: int
    limit: int


class InitiateRollbackInput(RollbackRequest):
    """What a rollback is to undo; the arguments are in the published package's order."""

    def __init__(
        self,
        rollback_type: RollbackRequestRollbackType | None = None,
        reason: str | None = None,
        target_steps: Sequence[str] | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            **given(
                reason=reason,
                rollback_type=rollback_type,
                target_steps=None if target_steps is None else list(target_steps),
                checkpoint_id=checkpoint_id,
                metadata=None if metadata is None else dict(metadata),
            )
        )


class TriggerByNameInput(ExecutePipelineRequest):
    """What a pipeline is executed with."""

    def __init__(
        self,
        input: Mapping[str, Any] | None = None,  # noqa: A002  # the platform's name
        decision_id: str | None = None,
        trigger_event: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(
            **given(
                input_=None if input is None else dict(input),
                decision_id=decision_id,
                trigger_event=trigger_event,
                idempotency_key=idempotency_key,
            )
        )
