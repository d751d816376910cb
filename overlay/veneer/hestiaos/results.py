"""HestiaOS's answers with what its users know of them."""

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

    A type that this version does not know is kept as it came; every guard is then false.
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
        """The run began."""
        return self.type_ == "start"

    def is_token(self) -> bool:
        """A token of the output."""
        return self.type_ == "token"

    def is_delta(self) -> bool:
        """A change of the output."""
        return self.type_ == "delta"

    def is_tool_call(self) -> bool:
        """A tool was called."""
        return self.type_ == "tool_call"

    def is_final(self) -> bool:
        """The output as a whole."""
        return self.type_ == "final"

    def is_error(self) -> bool:
        """The run failed; `done` follows."""
        return self.type_ == "error"

    def is_done(self) -> bool:
        """The stream's last event."""
        return self.type_ == "done"


class ChatResponse(Chat):
    """An answer of a chat. `result` is its text, whether the server called it so or `response`."""

    @classmethod
    def of(cls, chat: Chat) -> Self:
        """Read the text from where this server put it."""
        made = view(chat, cls)
        if not made.result and made.response:
            made.result = made.response
        return made


class SystemMetrics(_SystemMetrics):
    """Figures of the server. `metrics` has them all by name, whether the server put them there or side by side."""

    @classmethod
    def of(cls, figures: _SystemMetrics) -> Self:
        """Read the figures from where this server put them."""
        made = view(figures, cls)
        if not isinstance(made.metrics, Mapping):
            body = figures.to_dict()
            made.metrics = {
                name: value for name, value in body.items() if name != "metrics" and value is not None
            }
        return made
