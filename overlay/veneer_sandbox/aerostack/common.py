"""What all of Aerostack's operations share: the contract, and cursors."""

from __future__ import annotations

import base64

from veneer_sandbox.operations import OperationHandlers
from veneer_sandbox.responses import Refusal

operation = OperationHandlers("aerostack")


def cursor(key: str) -> str:
    """An opaque cursor that goes on behind this key."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def behind(given: str | None) -> str:
    """The key that a cursor stands for."""
    try:
        return base64.b64decode((given or "").encode(), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise Refusal(400, "INVALID_CURSOR", "The cursor is not one of ours") from None
