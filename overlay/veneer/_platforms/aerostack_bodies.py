"""How Aerostack's requests become the contract's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from veneer._core.errors import ConfigurationError
from veneer._core.judge import UNFIT

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import ChatRequestDict
    from veneer_generated.aerostack.models.chat_request import ChatRequest

__all__ = ["body", "chat"]

# The contract's names that are not snake_case; a test holds the table complete.
_WIRE = {
    "api_id": "apiId",
    "consumer_id": "consumerId",
    "content_type": "contentType",
    "dest_key": "destKey",
    "embedding_model": "embeddingModel",
    "initial_value": "initialValue",
    "job_id": "jobId",
    "service_name": "serviceName",
    "source_key": "sourceKey",
    "top_k": "topK",
}


class _Model(Protocol):
    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


M = TypeVar("M", bound=_Model)


def body(model: type[M], request: M | Mapping[str, Any] | None) -> M:
    """Give a request as the contract's model. Keys are in snake_case or as the contract writes them; unknown ones are sent as they are.

    Raises ConfigurationError that names the key where the request does not fit.
    """
    if isinstance(request, model):
        return request
    if request is not None and not isinstance(request, Mapping):
        raise ConfigurationError(f"the request must be a dict or a {model.__name__}")
    payload = {_WIRE.get(name, name): _plain(value) for name, value in (request or {}).items()}
    try:
        return model.from_dict(payload)
    except UNFIT:
        from veneer._core.reading import read_as

        _, violations = read_as(model, payload)
    what = violations[0].what.removeprefix("$.") if violations else "it does not fit"
    raise ConfigurationError(f"{model.__name__}: {what}")


def _plain(value: Any) -> Any:
    """JSON of models that stand in a dict."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def chat(request: ChatRequest | ChatRequestDict) -> ChatRequest:
    """Give a conversation as the contract's model. Raises ConfigurationError where it asks for a stream: that is another method."""
    from veneer_generated.aerostack.models.chat_request import ChatRequest

    model = body(ChatRequest, request)
    if model.stream:
        raise ConfigurationError(
            "this call waits for the whole answer; for a stream use ai_chat_stream or gateway_chat_stream"
        )
    return model
