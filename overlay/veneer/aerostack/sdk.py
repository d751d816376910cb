"""Aerostack's SDK: one object for threads and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer.aerostack.platform import PLATFORM
from veneer_generated.aerostack import client as derived

if TYPE_CHECKING:
    from veneer._core.auth import Key
    from veneer.speakeasy import DualSettings

__all__ = ["SDK"]


class SDK(derived.SDK):
    """Aerostack: database, users, cache, queue, storage, services and AI of a project.

        with SDK(api_key_auth="…") as sdk:
            sdk.ai.ai_chat(request={"messages": [{"role": "user", "content": "Hello"}]})

        async with SDK(api_key_auth="…") as sdk:
            await sdk.ai.ai_chat_async(request={"messages": [{"role": "user", "content": "Hello"}]})

    | argument | meaning |
    |---|---|
    | api_key_auth | the project's key, or a function that returns it; default: AEROSTACK_API_KEY. A call that needs it and has none raises ConfigurationError |
    | server_idx | 0: production (default), 1: local development |
    | server_url | the API's address; default: AEROSTACK_SERVER_URL, else the server by index |
    | consumer_key | a gateway consumer's key, for `gateway_chat` and `gateway_get_wallet` |

    Everything else is as in `veneer.speakeasy.DualClient`. Calls raise `errors.SDKBaseError`;
    invalid arguments raise ConfigurationError. Nothing connects before the first call.
    """

    _platform = PLATFORM
    _key_argument = "api_key_auth"

    def __init__(
        self,
        api_key_auth: Key | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        *,
        consumer_key: Key | None = None,
        **settings: Unpack[DualSettings],
    ) -> None:
        if consumer_key is not None:
            settings["credentials"] = {"consumerKey": consumer_key, **(settings.get("credentials") or {})}
        super().__init__(api_key_auth, server_idx, server_url, **settings)
