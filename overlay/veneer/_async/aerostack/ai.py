"""Chat with a model of Aerostack, and search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.search import AsyncSearch
from veneer._core.call import check_keywords
from veneer._core.streaming import StreamLimits
from veneer._platforms.aerostack_bodies import body, chat
from veneer._platforms.aerostack_models import ChatCompletion, ChatCompletionChunk
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer_generated.aerostack.api.ai import ai_chat
from veneer_generated.aerostack.models.chat_request import ChatRequest

if TYPE_CHECKING:
    from veneer._async.streams import AsyncStream
    from veneer._platforms.aerostack_requests import ChatRequestDict

__all__ = ["AsyncAi"]


class AsyncAi(AsyncSearch):
    """`sdk.ai`: chat, and search by meaning."""

    async def ai_chat_async(
        self, request: ChatRequest | ChatRequestDict, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> ChatCompletion:
        """Answer a conversation: POST /ai/chat.

        `text` is the answer's. Raises ConfigurationError for `stream`: see `ai_chat_stream`.
        """
        view = self._async_view(retries, options)
        return ChatCompletion.of(await view.call(ai_chat, body=chat(request)))

    @check_keywords(*OPTIONS)
    def ai_chat_stream_async(
        self,
        request: ChatRequest | ChatRequestDict,
        retries: Retries = None,
        *,
        limits: StreamLimits | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncStream[ChatCompletionChunk]:
        """Answer a conversation chunk by chunk: POST /ai/chat.

        Iterate the result, best as a context manager: leaving it ends the stream at once. `text` is what a chunk adds. With `stream_options={"include_usage": True}` the last chunk has no choices and carries `usage`.
        `limits` is how long the stream may be silent (60 s). Raises StreamTruncatedError where it ends without `[DONE]`.
        """
        return self._async_view(retries, options).stream(
            ai_chat,
            body=body(ChatRequest, request),
            event=ChatCompletionChunk.from_dict,
            limits=limits,
        )
