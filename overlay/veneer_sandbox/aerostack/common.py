"""Share the contract and cursors between Aerostack's operations."""

from __future__ import annotations

import base64

from veneer_sandbox.operations import OperationHandlers
from veneer_sandbox.responses import Refusal

operation = OperationHandlers("aerostack")


def cursor(key: str) -> str:
    """Return an opaque cursor that continues after this key."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def behind(given: str | None) -> str:
    """Return the key of a cursor."""
    try:
        return base64.b64decode((given or "").encode(), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise Refusal(400, "INVALID_CURSOR", "The cursor is not one of ours") from None
