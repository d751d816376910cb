# Derived from overlay/veneer/_async/aerostack/ai.py by scripts/unasync.py: edit that file, not this one.
"""Chat with a model of Aerostack, and search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._core.call import check_keywords
from veneer._core.streaming import StreamLimits
from veneer._platforms.aerostack_bodies import body, chat
from veneer._platforms.aerostack_models import ChatCompletion, ChatCompletionChunk
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer._sync.aerostack.search import Search
from veneer_generated.aerostack.api.ai import ai_chat
from veneer_generated.aerostack.models.chat_request import ChatRequest

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import ChatRequestDict
    from veneer._sync.streams import Stream

__all__ = ["Ai"]


class Ai(Search):
    """`sdk.ai`: chat, and search by meaning."""

    def ai_chat(
        self, request: ChatRequest | ChatRequestDict, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> ChatCompletion:
        """Answer a conversation: POST /ai/chat.

        `text` is the answer's. Raises ConfigurationError for `stream`: see `ai_chat_stream`.
        """
        view = self._view(retries, options)
        return ChatCompletion.of(view.call(ai_chat, body=chat(request)))

    @check_keywords(*OPTIONS)
    def ai_chat_stream(
        self,
        request: ChatRequest | ChatRequestDict,
        retries: Retries = None,
        *,
        limits: StreamLimits | None = None,
        **options: Unpack[CallOptions],
    ) -> Stream[ChatCompletionChunk]:
        """Answer a conversation chunk by chunk: POST /ai/chat.

        Iterate the result, best as a context manager: leaving it ends the stream at once. `text` is what a chunk adds. With `stream_options={"include_usage": True}` the last chunk has no choices and carries `usage`.
        `limits` is how long the stream may be silent (60 s). Raises StreamTruncatedError where it ends without `[DONE]`.
        """
        return self._view(retries, options).stream(
            ai_chat,
            body=body(ChatRequest, request),
            event=ChatCompletionChunk.from_dict,
            limits=limits,
        )
