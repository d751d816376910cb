"""Events of a streamed run, and functions that check their type: `from veneer.hestiaos.stream_events import is_token_event`."""

from veneer.hestiaos.results import StreamEvent
from veneer_generated.hestiaos.models.stream_event_type import StreamEventType

__all__ = [
    "StreamEvent",
    "StreamEventType",
    "is_delta_event",
    "is_done_event",
    "is_error_event",
    "is_final_event",
    "is_start_event",
    "is_token_event",
    "is_tool_call_event",
]

is_delta_event = StreamEvent.is_delta
is_done_event = StreamEvent.is_done
is_error_event = StreamEvent.is_error
is_final_event = StreamEvent.is_final
is_start_event = StreamEvent.is_start
is_token_event = StreamEvent.is_token
is_tool_call_event = StreamEvent.is_tool_call
