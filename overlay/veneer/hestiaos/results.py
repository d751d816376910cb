"""HestiaOS's responses with the published package's attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from veneer._core.partial import view
from veneer_generated.hestiaos.models.chat import Chat
from veneer_generated.hestiaos.models.stream_event import StreamEvent as _StreamEvent
from veneer_generated.hestiaos.models.stream_event_type import StreamEventType
from veneer_generated.hestiaos.models.system_metrics import SystemMetrics as _SystemMetrics

__all__ = ["ChatResponse", "StreamEvent", "SystemMetrics"]


class StreamEvent(_StreamEvent):
    """One event of a streamed run: `type`, `data`, `trace_id` and `timestamp` (ISO 8601).

    An unknown type is kept as sent; every guard is then false.
    """

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Self:
        """Read an event's JSON, as `from_dict` does."""
        return cls.from_dict(raw)

    @property
    def type(self) -> StreamEventType:
        """What the event is: start, token, delta, tool_call, final, error or done."""
        return self.type_

    def is_start(self) -> bool:
        """Return whether the run began."""
        return self.type_ == "start"

    def is_token(self) -> bool:
        """Return whether this is a token of the output."""
        return self.type_ == "token"

    def is_delta(self) -> bool:
        """Return whether this is a change of the output."""
        return self.type_ == "delta"

    def is_tool_call(self) -> bool:
        """Return whether a tool was called."""
        return self.type_ == "tool_call"

    def is_final(self) -> bool:
        """Return whether this is the whole output."""
        return self.type_ == "final"

    def is_error(self) -> bool:
        """Return whether the run failed; `done` follows."""
        return self.type_ == "error"

    def is_done(self) -> bool:
        """Return whether this is the stream's last event."""
        return self.type_ == "done"


class ChatResponse(Chat):
    """An answer in a chat. `result` is its text, whether the server sent it as that or as `response`."""

    @classmethod
    def of(cls, chat: Chat) -> Self:
        """Return an answer with its text from either place."""
        made = view(chat, cls)
        if not made.result and made.response:
            made.result = made.response
        return made


class SystemMetrics(_SystemMetrics):
    """The server's metrics. `metrics` has all of them by name, whether the server nested them or not."""

    @classmethod
    def of(cls, figures: _SystemMetrics) -> Self:
        """Return metrics from either place."""
        made = view(figures, cls)
        if not isinstance(made.metrics, Mapping):
            body = figures.to_dict()
            made.metrics = {
                name: value for name, value in body.items() if name != "metrics" and value is not None
            }
        return made
