# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Gateway APIs: chat, wallets and billing of consumers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import OPTIONS, with_options

if TYPE_CHECKING:
    from veneer.aerostack.results import ChatCompletion, ChatCompletionChunk
    from veneer.speakeasy import CallOptions, Retries
    from veneer_generated.aerostack.client.params import BillingLogRequestParam, ChatRequestParam
    from veneer_generated.aerostack.models import (
        BillingLogRequest,
        BillingLogResult,
        ChatRequest,
        WalletResult,
    )


class Gateway(veneer.MethodGroup):
    """Gateway APIs: chat, wallets and billing of consumers."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def gateway_chat(
        self,
        api_slug: str,
        request: ChatRequest | ChatRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> ChatCompletion:
        """Generate AI chat completion through a gateway API.

        The same as /ai/chat, for a consumer of a gateway API and at the expense of their wallet.

        POST /ai/gateway/{apiSlug}/chat/completions

        Args:
            request: A conversation to continue.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.gateway import gateway_chat as _operation

        _body = as_model(models.ChatRequest, request)
        if _body.stream is True:
            raise veneer.ConfigurationError(
                "this call waits for the whole response; for a stream use gateway_chat_stream"
            )

        from veneer.aerostack.results import ChatCompletion as _View

        return _View.of(with_options(self._client, retries, options).call(_operation, api_slug, body=_body))

    @veneer.check_keywords(*OPTIONS)
    def gateway_chat_stream(
        self,
        api_slug: str,
        request: ChatRequest | ChatRequestParam,
        retries: Retries = None,
        *,
        rule: veneer.StreamRule | None = None,
        limits: veneer.StreamLimits | None = None,
        strict: bool = False,
        **options: Unpack[CallOptions],
    ) -> veneer.Stream[ChatCompletionChunk]:
        """Generate AI chat completion through a gateway API.

        Iterates over the events as they arrive. Use it as a context manager, which closes the
        stream at its end. `limits` bounds how long the stream may be silent. `rule` says how it
        ends and how it is resumed. See `veneer.StreamLimits` and `veneer.StreamRule`.

        The same as /ai/chat, for a consumer of a gateway API and at the expense of their wallet.

        POST /ai/gateway/{apiSlug}/chat/completions

        Args:
            request: A conversation to continue.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.gateway import gateway_chat as _operation

        _body = as_model(models.ChatRequest, request)

        from veneer.aerostack.results import ChatCompletionChunk as _Event

        _bound = veneer.bind(_operation, api_slug, body=_body)
        return with_options(self._client, retries, options).stream(
            _bound,
            event=_Event.from_dict,
            rule=rule,
            limits=limits,
            strict=strict,
        )

    def gateway_get_wallet(
        self, api_slug: str, retries: Retries = None, **options: Unpack[CallOptions]
    ) -> WalletResult:
        """Get the consumer's wallet.

        Answers the tokens that the consumer has left with a gateway API, and has used.

        GET /ai/gateway/me/wallet

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.aerostack.api.gateway import gateway_get_wallet as _operation

        return with_options(self._client, retries, options).call(_operation, api_slug=api_slug)

    def gateway_billing_log(
        self,
        request: BillingLogRequest | BillingLogRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> BillingLogResult:
        """Log gateway usage.

        Charges usage of a gateway API to a consumer.

        POST /gateway/billing/log

        Args:
            request: Usage to charge to a consumer.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.gateway import gateway_billing_log as _operation

        _body = as_model(models.BillingLogRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)
