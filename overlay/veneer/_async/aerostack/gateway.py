"""Aerostack's gateway APIs: chat, wallets and billing of their consumers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._core.call import check_keywords
from veneer._core.streaming import StreamLimits
from veneer._platforms.aerostack_bodies import body, chat
from veneer._platforms.aerostack_models import ChatCompletion, ChatCompletionChunk
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer_generated.aerostack.api.gateway import gateway_billing_log, gateway_chat, gateway_get_wallet
from veneer_generated.aerostack.models.billing_log_request import BillingLogRequest
from veneer_generated.aerostack.models.billing_log_result import BillingLogResult
from veneer_generated.aerostack.models.chat_request import ChatRequest
from veneer_generated.aerostack.models.wallet_result import WalletResult

if TYPE_CHECKING:
    from veneer._async.streams import AsyncStream
    from veneer._platforms.aerostack_requests import BillingLogRequestDict, ChatRequestDict

__all__ = ["AsyncGateway"]


class AsyncGateway(AsyncNamespace):
    """`sdk.gateway`: chat, wallets and billing of consumers."""

    async def gateway_chat_async(
        self,
        api_slug: str,
        request: ChatRequest | ChatRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> ChatCompletion:
        """Answer a conversation for a consumer of a gateway API, who pays for it: POST /ai/gateway/{apiSlug}/chat/completions.

        `text` is the answer's. Needs the SDK's `consumer_key`. Raises ErrorResponse: 401, 429 (also for an empty wallet).
        """
        view = self._async_view(retries, options)
        return ChatCompletion.of(await view.call(gateway_chat, api_slug, body=chat(request)))

    async def gateway_get_wallet_async(
        self, api_slug: str, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> WalletResult:
        """Get what a consumer has left with a gateway API: GET /ai/gateway/me/wallet.

        In tokens. Needs the SDK's `consumer_key`. Raises ErrorResponse: 401.
        """
        return await self._async_view(retries, options).call(gateway_get_wallet, api_slug=api_slug)

    async def gateway_billing_log_async(
        self,
        request: BillingLogRequest | BillingLogRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> BillingLogResult:
        """Charge usage of a gateway API to a consumer: POST /gateway/billing/log."""
        return await self._async_view(retries, options).call(
            gateway_billing_log, body=body(BillingLogRequest, request)
        )

    @check_keywords(*OPTIONS)
    def gateway_chat_stream_async(
        self,
        api_slug: str,
        request: ChatRequest | ChatRequestDict,
        retries: Retries = None,
        *,
        limits: StreamLimits | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncStream[ChatCompletionChunk]:
        """Answer a conversation chunk by chunk: POST /ai/gateway/{apiSlug}/chat/completions.

        Iterate the result, best as a context manager: leaving it ends the stream at once. `text` is what a chunk adds. With `stream_options={"include_usage": True}` the last chunk has no choices and carries `usage`.
        `limits` is how long the stream may be silent (60 s). Raises StreamTruncatedError where it ends without `[DONE]`.
        """
        return self._async_view(retries, options).stream(
            gateway_chat,
            api_slug,
            body=body(ChatRequest, request),
            event=ChatCompletionChunk.from_dict,
            limits=limits,
        )
