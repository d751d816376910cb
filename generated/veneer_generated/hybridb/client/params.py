# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Typed dictionaries for request bodies.

Each stands for the model of the same name. Its keys are the names of the model's attributes.
"""

# No postponed annotations: a TypedDict would not know its required keys at run time (PEP 655).
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

if TYPE_CHECKING:
    from veneer_generated.hybridb.models import (
        SetCircuitBreakerRequestState,
    )

__all__ = [
    "ExecutePipelineRequestParam",
    "IdentityMappingRequestParam",
    "PipelineStepParam",
    "PublishEventRequestParam",
    "SetCircuitBreakerRequestParam",
]


class ExecutePipelineRequestParam(TypedDict):
    """The members of ExecutePipelineRequest."""

    input: NotRequired["Mapping[str, Any]"]
    decision_id: NotRequired["str"]
    trigger_event: NotRequired["str"]
    idempotency_key: NotRequired["str"]


class IdentityMappingRequestParam(TypedDict):
    """The members of IdentityMappingRequest."""

    provider_id: "str"
    external_id: "str"
    user_id: "str"
    actor_id: "str"


class PipelineStepParam(TypedDict):
    """The members of PipelineStep."""

    id: "str"
    name: "str"
    type: "str"
    config: NotRequired["Mapping[str, Any]"]
    depends_on: NotRequired["Sequence[str]"]
    compensation_step: NotRequired["str"]
    timeout: NotRequired["int"]
    retry_policy: NotRequired["Mapping[str, Any]"]


class PublishEventRequestParam(TypedDict):
    """The members of PublishEventRequest."""

    event_type: "str"
    source_app: "str"
    actor_id: "str"
    payload: "Mapping[str, Any]"
    correlation_id: NotRequired["str"]
    idempotency_key: NotRequired["str"]


class SetCircuitBreakerRequestParam(TypedDict):
    """The members of SetCircuitBreakerRequest."""

    state: "SetCircuitBreakerRequestState"
    reason: NotRequired["str"]
