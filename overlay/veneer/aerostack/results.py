"""Aerostack's chat answers, with their text as an attribute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from veneer._core.partial import view
from veneer_generated.aerostack.models import ChatCompletion as _ChatCompletion
from veneer_generated.aerostack.models import ChatCompletionChunk as _ChatCompletionChunk

__all__ = ["ChatCompletion", "ChatCompletionChunk"]


class ChatCompletion(_ChatCompletion):
    """An answer in a chat."""

    @classmethod
    def of(cls, completion: _ChatCompletion) -> Self:
        """Return the contract's answer as this class."""
        return view(completion, cls)

    @property
    def text(self) -> str:
        """The text of the first answer, or of `response` on older servers; empty without one."""
        return _first(choice.message for choice in self.choices or ()) or str(self.response or "")


class ChatCompletionChunk(_ChatCompletionChunk):
    """One event of a streamed answer; the last one has no choices and carries `usage`, if requested."""

    @property
    def text(self) -> str:
        """The text that this chunk adds to the first answer; empty if it adds nothing."""
        return _first(choice.delta for choice in self.choices)


def _first(messages: Iterable[Any]) -> str:
    message = next(iter(messages), None)
    return (message.content if message else None) or ""
