# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Chat with a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer
from veneer_generated.hestiaos.types import UNSET, Unset

if TYPE_CHECKING:
    from veneer.hestiaos.results import ChatResponse


class ChatOperations(veneer.MethodGroup):
    """Chat with a model."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def run(self, message: str, session_id: str | None | Unset = UNSET) -> ChatResponse:
        """Chat.

        Answers a message, in a session when one is given.

        POST /api/chat

        Args:
            message: What is said.
            session_id: The session it goes on with.

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.chat import chat_run as _operation

        _body = models.ChatRequest(
            message=message,
            session_id=session_id,
        )

        from veneer.hestiaos.results import ChatResponse as _View

        return _View.of(self._client.call(_operation, body=_body))

    __call__ = run
    send = run
