"""Decode event streams: bytes in, events out, without a client.

from veneer.sse import Decoder

decoder = Decoder()
for chunk in chunks:
    for event in decoder.feed(chunk):
        print(event.event, event.json())
"""

from __future__ import annotations

from veneer._core.jsonlines import LineDecoder, SequenceDecoder
from veneer._core.sse import MAX_EVENT_BYTES, Decoder, Event, EventTooLargeError
from veneer._core.stream_reader import EventOrder, StreamReader, Terminator

__all__ = [  # noqa: RUF022 (grouped)
    # Decoders
    "MAX_EVENT_BYTES",
    "Decoder",
    "Event",
    "EventTooLargeError",
    "LineDecoder",
    "SequenceDecoder",
    # Completeness
    "EventOrder",
    "StreamReader",
    "Terminator",
]
